/** The files of a new program: path → text. It needs no registry: its one image is built on debian:bookworm-slim. */

export interface ProgramOptions {
  /** Project name, also the workload's. */
  readonly name: string;
  /** What to write into devDependencies for drayage: a version range, or `file:…`. */
  readonly drayage: string;
}

export function programFiles(options: ProgramOptions): Readonly<Record<string, string>> {
  return {
    "Pulumi.yaml": pulumiYaml(options),
    "index.ts": indexTs(options),
    "package.json": packageJson(options),
    "tsconfig.json": tsconfigJson,
    ".gitignore": gitignore,
    "web/Dockerfile": dockerfile,
    "web/server.pl": server,
  };
}

const pulumiYaml = ({ name }: ProgramOptions) => `name: ${name}
description: A page that counts its visits
main: index.ts
runtime:
  name: nodejs
plugins:
  providers:
    - name: drayage
      path: node_modules/drayage/plugin
`;

const indexTs = ({ name }: ProgramOptions) => `import { environment, Image, Workload } from "drayage";

// In what stacks may differ; \`dray lab up\` writes where the hosts of this one are.
const { rack, cloud } = environment({ hosts: ["rack", "cloud"] }).hosts;

const web = new Image("web", { context: "./web" });

const site = new Workload("${name}", {
  host: rack, // change to \`cloud\`: that is the migration
  services: {
    web: {
      image: web,
      ports: ["8080:8080"],
      volumes: { visits: "/data" },
      healthcheck: { http: { port: 8080, path: "/up" } },
    },
  },
  volumes: { visits: {} },
});

export const url = site.endpoint("web", 8080).url;
`;

const packageJson = ({ name, drayage }: ProgramOptions) => `${JSON.stringify(
  {
    name,
    private: true,
    scripts: { preview: "dray preview", up: "dray up", check: "tsc --noEmit" },
    devDependencies: { "@pulumi/pulumi": "^3.230.0", "@types/node": "^20.0.0", drayage, typescript: "^5.9.0" },
  },
  undefined,
  2,
)}
`;

const tsconfigJson = `${JSON.stringify(
  {
    compilerOptions: {
      target: "ES2022",
      module: "node16",
      moduleResolution: "node16",
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      useDefineForClassFields: false,
      types: ["node"],
    },
    include: ["*.ts"],
  },
  undefined,
  2,
)}
`;

const gitignore = `node_modules/
# State, passphrase and labs of this laptop. Back them up: they are not in git.
.drayage/
`;

const dockerfile = `FROM debian:bookworm-slim
COPY server.pl /srv/server.pl
VOLUME /data
STOPSIGNAL SIGTERM
CMD ["perl", "/srv/server.pl"]
`;

const server = `# Counts visits in /data/visits: what has to be still there after a move.
use strict;
use warnings;
use IO::Socket::INET;

$SIG{TERM} = $SIG{INT} = sub { exit 0 };
my $listen = IO::Socket::INET->new(LocalPort => 8080, Listen => 64, ReuseAddr => 1) or die "port 8080: $!";
while (my $client = $listen->accept) {
  my $request = <$client> // '';
  while (my $line = <$client>) { last if $line =~ /^\\r?\\n$/ }
  my $body = $request =~ m{^\\S+ /up } ? "up\\n" : "Hello. Visit " . visit() . ".\\n";
  print $client "HTTP/1.1 200 OK\\r\\nContent-Type: text/plain\\r\\nContent-Length: " . length($body) . "\\r\\nConnection: close\\r\\n\\r\\n$body";
  close $client;
}

sub visit {
  my $count = 0;
  if (open my $old, '<', '/data/visits') { $count = <$old> // 0 }
  open my $new, '>', '/data/visits.new' or die "/data: $!";
  print $new ++$count;
  close $new;
  rename '/data/visits.new', '/data/visits';
  return $count;
}
`;
