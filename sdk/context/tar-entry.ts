/** The header of one tar entry, POSIX ustar with pax records where ustar has no room. Owner root, one fixed time. */
export interface TarEntry {
  /** Folders end with "/". */
  readonly name: string;
  readonly kind: "file" | "directory" | "symlink";
  readonly mode: number;
  /** Bytes that follow the header; 0 for folders and links. */
  readonly size: number;
  /** Target of a link. */
  readonly target?: string;
}

const BLOCK = 512;
const TYPES = { file: "0", symlink: "2", directory: "5", pax: "x" } as const;
/** 11 octal digits. */
const LARGEST_SIZE = 0o77777777777;
/**
 * 2 January 1980, in seconds. Not 0: what compares a source with a target that is not there yet takes 0 for "not newer" and leaves
 * the file out (Maven's resources). Not earlier: zip begins in 1980, in whatever time zone.
 */
export const FIXED_TIME = 315_619_200;

export const tarEnd = Buffer.alloc(2 * BLOCK);

export function tarHeader(entry: TarEntry): Buffer {
  const target = entry.target ?? "";
  const pax = [
    ...(fits(entry.name) ? [] : [paxRecord("path", entry.name)]),
    ...(fits(target) ? [] : [paxRecord("linkpath", target)]),
    ...(entry.size <= LARGEST_SIZE ? [] : [paxRecord("size", String(entry.size))]),
  ];
  const header = ustar(TYPES[entry.kind], entry.name, entry.mode, entry.size > LARGEST_SIZE ? 0 : entry.size, target);
  if (pax.length === 0) return header;
  const records = Buffer.concat(pax);
  return Buffer.concat([ustar(TYPES.pax, "pax", 0o644, records.length, ""), records, tarPadding(records.length), header]);
}

/** Zeros up to the next full block. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

function ustar(type: string, name: string, mode: number, size: number, target: string): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(name.slice(0, 100), 0, 100, "latin1");
  writeOctal(header, mode, 100, 8);
  writeOctal(header, 0, 108, 8);
  writeOctal(header, 0, 116, 8);
  writeOctal(header, size, 124, 12);
  writeOctal(header, FIXED_TIME, 136, 12);
  header.write("        ", 148, "latin1");
  header.write(type, 156, "latin1");
  header.write(target.slice(0, 100), 157, 100, "latin1");
  header.write("ustar\x0000", 257, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return header;
}

function writeOctal(header: Buffer, value: number, at: number, width: number): void {
  header.write(`${value.toString(8).padStart(width - 1, "0")}\0`, at, "latin1");
}

function fits(text: string): boolean {
  return text.length <= 100 && /^[\x20-\x7e]*$/.test(text);
}

/** `LENGTH key=value\n`, where the length counts its own digits too. */
function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (String(length).length > String(rest).length) length = rest + String(length).length;
  return Buffer.from(`${length} ${key}=${value}\n`);
}
