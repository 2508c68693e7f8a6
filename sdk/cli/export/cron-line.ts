/** The line for the user's own cron that takes this export every night. Pure. */

export interface CronCommand {
  /** Of node and of dray's script: cron's PATH has neither. */
  readonly program: readonly string[];
  readonly projectDir: string;
  readonly stack: string;
  readonly workload: string;
  readonly destination: string;
  readonly keep: number | undefined;
}

export function cronLine({ program, projectDir, stack, workload, destination, keep }: CronCommand): string {
  const words = [...program, "export", workload, destination, "--cwd", projectDir, "--stack", stack];
  const kept = keep === undefined ? [] : ["--keep", String(keep)];
  // In a crontab an unescaped percent sign ends the command.
  const command = [...words, ...kept].map(quoted).join(" ").replaceAll("%", "\\%");
  return `17 3 * * * ${command} >> ${quoted(`${projectDir}/.drayage/export.log`).replaceAll("%", "\\%")} 2>&1`;
}

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
