/** One of everything a volume can hold, made by a shell with perl in /v. */
export const volumeCorpus = String.raw`
set -e; cd /v
head -c 3000000 /dev/urandom > table; : > empty; mkdir -p deep/er sticky; head -c 30007 /dev/urandom > deep/er/file
printf x > "$(printf 'new\nline')"; printf y > "$(printf 'latin\351')"; printf z > "$(head -c 255 /dev/zero | tr '\0' n)"
ln -s /etc/passwd absolute; ln -s ../../out deep/climbing; ln -s nowhere dangling; ln table deep/hard; mkfifo -m 620 fifo
truncate -s 64M sparse; printf data | dd of=sparse bs=1 seek=5000000 conv=notrunc 2>/dev/null
head -c 1000000 /dev/zero > zeros; printf '#!' > setuid; chown 1234:4321 deep/er setuid; chmod 6755 setuid; chmod 1777 sticky
chown -h 70000:80000 dangling; touch -h -d '1970-01-02 00:00:00.123456789' dangling deep/er/file; touch -d '2001-02-03 04:05:06.000000001' deep
perl -e '
  sub set { my ($p, $n, $v) = @_; syscall(188, $p, $n, $v, length $v, 0) == 0 or die "$n: $!" }
  set("deep/er/file", "user.note", "a\0b");
  set("setuid", "security.capability", pack("H*", "0100000200040000000000000000000000000000"));
  set("empty", "system.posix_acl_access", pack("H*", "0200000001000600ffffffff02000400e803000004000400ffffffff10000400ffffffff20000400ffffffff"));
'
perl -MSocket -e 'socket(S, PF_UNIX, SOCK_STREAM, 0); bind(S, pack_sockaddr_un("socket")) or die'
`;
