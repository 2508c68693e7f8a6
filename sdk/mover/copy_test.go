package main

import (
	"bytes"
	"fmt"
	"io"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// pair is a source and a receiver in one process, with the frames kept in between.
type pair struct {
	t        *testing.T
	from, to string
	source   *source
	receiver *receiver
	frames   *bytes.Buffer
	replies  *bytes.Buffer
}

func newPair(t *testing.T) *pair {
	t.Helper()
	dir := t.TempDir()
	p := &pair{t: t, from: filepath.Join(dir, "from"), to: filepath.Join(dir, "to"), frames: &bytes.Buffer{}, replies: &bytes.Buffer{}}
	must(t, os.Mkdir(p.from, 0o755))
	must(t, os.Mkdir(p.to, 0o755))
	p.connect()
	return p
}

func (p *pair) connect() {
	p.t.Helper()
	var err error
	p.source, err = openSource(p.from, newFrameWriter(p.frames))
	must(p.t, err)
	p.source.allowDevices = true
	target, err := openTree(p.to)
	must(p.t, err)
	p.receiver = newReceiver(p.to, target, newTalk(p.replies), io.Discard)
}

func (p *pair) round(final bool) *roundSummary {
	p.t.Helper()
	p.frames.Reset()
	summary, err := p.source.round(final)
	must(p.t, err)
	must(p.t, p.receiver.serve(newFrameReader(p.frames)))
	return summary
}

func (p *pair) lists() (from, to []entry) {
	p.t.Helper()
	for i, root := range []string{p.from, p.to} {
		tree, err := openTree(root)
		must(p.t, err)
		found, err := tree.walk(nil)
		must(p.t, err)
		entries, _, err := listTree(tree, found, nil)
		must(p.t, err)
		if i == 0 {
			from = entries
		} else {
			to = entries
		}
	}
	return from, to
}

func (p *pair) expectEqual(holes bool) {
	p.t.Helper()
	from, to := p.lists()
	if rootOf(from, 0).Root == rootOf(to, 0).Root && (!holes || rootOf(from, 0).HoleBytes == rootOf(to, 0).HoleBytes) {
		return
	}
	have := map[string]string{}
	for i := range to {
		have[to[i].path] = fmt.Sprintf("%+v", to[i].listed())
	}
	for i := range from {
		if want := fmt.Sprintf("%+v", from[i].listed()); have[from[i].path] != want {
			p.t.Errorf("%q\n want %s\n have %s", from[i].path, want, have[from[i].path])
		}
		delete(have, from[i].path)
	}
	for path := range have {
		p.t.Errorf("%q should not be there", path)
	}
	p.t.FailNow()
}

func (p *pair) path(name string) string { return filepath.Join(p.from, name) }

func (p *pair) write(name string, content []byte) {
	p.t.Helper()
	must(p.t, os.WriteFile(p.path(name), content, 0o644))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func random(size int) []byte {
	content := make([]byte, size)
	rand.Read(content)
	return content
}

// corpus has one of everything that a volume can hold.
func (p *pair) corpus() {
	t := p.t
	p.write("plain", random(100_000))
	p.write("empty", nil)
	p.write("new\nline \xff\xfe \"quoted\"", []byte("bytes"))
	p.write(strings.Repeat("n", 255), []byte("long"))
	must(t, os.MkdirAll(p.path("deep/er/still"), 0o750))
	p.write("deep/er/still/here", random(8192*3+7))
	must(t, os.Symlink("/etc/passwd", p.path("absolute-link")))
	must(t, os.Symlink("../../outside", p.path("deep/climbing-link")))
	must(t, os.Symlink("nowhere", p.path("dangling")))
	must(t, os.Link(p.path("plain"), p.path("deep/er/hard")))
	must(t, os.Link(p.path("plain"), p.path("another-hard")))
	must(t, unix.Mkfifo(p.path("fifo"), 0o620))
	must(t, unix.Mknod(p.path("device"), unix.S_IFCHR|0o600, int(unix.Mkdev(1, 3))))
	sparse, err := os.Create(p.path("sparse"))
	must(t, err)
	_, err = sparse.WriteAt(random(10_000), 5<<20)
	must(t, err)
	must(t, sparse.Truncate(20<<20))
	must(t, sparse.Close())
	p.write("zeros", make([]byte, 1<<20))
	p.write("setuid", []byte("#!"))
	must(t, unix.Chmod(p.path("setuid"), 0o6755))
	must(t, os.Mkdir(p.path("sticky"), 0o777))
	must(t, unix.Chmod(p.path("sticky"), 0o1777))
	must(t, os.Lchown(p.path("deep/er"), 1234, 4321))
	must(t, os.Lchown(p.path("dangling"), 70000, 80000))
	must(t, unix.Setxattr(p.path("deep/er"), "user.note", []byte("a\x00b"), 0))
	capability := []byte{1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
	must(t, unix.Setxattr(p.path("setuid"), "security.capability", capability, 0))
	acl := []byte{2, 0, 0, 0, 1, 0, 6, 0, 255, 255, 255, 255, 2, 0, 4, 0, 232, 3, 0, 0, 4, 0, 4, 0, 255, 255, 255, 255, 16, 0, 4, 0, 255, 255, 255, 255, 32, 0, 4, 0, 255, 255, 255, 255}
	must(t, unix.Setxattr(p.path("empty"), "system.posix_acl_access", acl, 0))
	must(t, unix.Setxattr(p.path("deep"), "system.posix_acl_default", acl, 0))
	old := []unix.Timespec{{Sec: 1, Nsec: 1}, {Sec: 86400, Nsec: 123456789}}
	must(t, unix.UtimesNanoAt(unix.AT_FDCWD, p.path("deep/er"), old, 0))
	must(t, unix.UtimesNanoAt(unix.AT_FDCWD, p.path("dangling"), old, unix.AT_SYMLINK_NOFOLLOW))
}

func needRoot(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("owners and devices need root")
	}
}

func TestEverythingIsCarried(t *testing.T) {
	needRoot(t)
	p := newPair(t)
	p.corpus()
	socket, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	must(t, err)
	defer unix.Close(socket)
	p.round(false)
	p.expectEqual(true)
	must(t, unix.Bind(socket, &unix.SockaddrUnix{Name: p.path("socket")}))
	p.round(true)
	p.expectEqual(true)
	if _, err := os.Lstat(filepath.Join(p.to, "socket")); !os.IsNotExist(err) {
		t.Error("a socket was carried")
	}
	if info, err := os.Stat(filepath.Join(p.to, "sparse")); err != nil || info.Sys().(interface{}) == nil {
		t.Error(err)
	}
	if strings.Contains(p.replies.String(), "refused") {
		t.Error(p.replies.String())
	}
}

func TestSecondRoundSendsOnlyWhatChanged(t *testing.T) {
	p := newPair(t)
	p.write("table", random(64*blockSize))
	p.write("log", random(1000))
	p.round(false)
	file, err := os.OpenFile(p.path("table"), os.O_WRONLY, 0)
	must(t, err)
	for _, block := range []int64{3, 40, 41} {
		_, err = file.WriteAt([]byte{1, 2, 3}, block*blockSize+5)
		must(t, err)
	}
	must(t, file.Close())
	summary := p.round(false)
	p.expectEqual(true)
	if summary.Bytes < 3*blockSize || summary.Bytes > 3*blockSize+2000 {
		t.Errorf("sent %d bytes", summary.Bytes)
	}
	if again := p.round(true); again.Bytes > 1000 {
		t.Errorf("sent %d bytes for nothing", again.Bytes)
	}
}

func TestRenamedFilesSendNoData(t *testing.T) {
	p := newPair(t)
	must(t, os.MkdirAll(p.path("wal/old"), 0o755))
	for i := 0; i < 4; i++ {
		p.write(fmt.Sprintf("wal/%d", i), random(20*blockSize))
	}
	p.round(false)
	must(t, os.Rename(p.path("wal/0"), p.path("wal/spare")))
	must(t, os.Rename(p.path("wal/1"), p.path("wal/0"))) // exchanged in a ring
	must(t, os.Rename(p.path("wal/spare"), p.path("wal/1")))
	must(t, os.Rename(p.path("wal/2"), p.path("wal/9")))
	must(t, os.Rename(p.path("wal/old"), p.path("moved")))
	must(t, os.Rename(p.path("wal/3"), p.path("moved/3")))
	must(t, os.Remove(p.path("wal/9")))
	must(t, os.Mkdir(p.path("wal/9"), 0o755)) // a directory where a file was
	summary := p.round(false)
	p.expectEqual(true)
	if summary.Bytes > 4000 {
		t.Errorf("sent %d bytes", summary.Bytes)
	}
}

func TestReplacedByRenameComparesWithWhatItReplaced(t *testing.T) {
	p := newPair(t)
	content := random(50 * blockSize)
	p.write("index", content)
	p.round(false)
	content[7] ^= 1
	p.write("index.new", content)
	must(t, os.Rename(p.path("index.new"), p.path("index")))
	if summary := p.round(false); summary.Bytes > 2*blockSize {
		t.Errorf("sent %d bytes", summary.Bytes)
	}
	p.expectEqual(true)
}

func TestRewriteWithTheSameSizeAndTimeIsSeen(t *testing.T) {
	p := newPair(t)
	p.write("segment", bytes.Repeat([]byte("a"), 3*blockSize))
	stat, err := os.Stat(p.path("segment"))
	must(t, err)
	p.round(false)
	p.write("segment", bytes.Repeat([]byte("b"), 3*blockSize))
	must(t, os.Chtimes(p.path("segment"), stat.ModTime(), stat.ModTime()))
	p.round(true)
	p.expectEqual(true)
}

func TestStoreThroughAMappingIsSeen(t *testing.T) {
	for name, files := range map[string]int{"by fsync": 0, "by one sync": manyFiles} {
		t.Run(name, func(t *testing.T) { storeThroughMapping(t, files) })
	}
}

func storeThroughMapping(t *testing.T, files int) {
	p := newPair(t)
	for i := 0; i < files; i++ {
		p.write(fmt.Sprintf("other-%d", i), []byte("other"))
	}
	p.write("mapped", random(64*blockSize))
	file, err := os.OpenFile(p.path("mapped"), os.O_RDWR, 0)
	must(t, err)
	memory, err := unix.Mmap(int(file.Fd()), 0, 64*blockSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	must(t, err)
	memory[5*blockSize]++ // the page is dirty before the stat
	// The receiver comes last: its sync would clean the source's pages, both being on one file system here.
	for _, wait := range []time.Duration{20 * time.Millisecond, racyWindow + 100*time.Millisecond} {
		time.Sleep(wait)
		_, err = p.source.round(false)
		must(t, err)
	}
	memory[5*blockSize]++ // no fault, no new time, unless the page was cleaned in between
	must(t, unix.Munmap(memory))
	must(t, file.Close())
	_, err = p.source.round(true)
	must(t, err)
	must(t, p.receiver.serve(newFrameReader(p.frames)))
	p.expectEqual(true)
}

func TestHolesComeAndGo(t *testing.T) {
	p := newPair(t)
	p.write("file", random(40*blockSize))
	p.round(false)
	file, err := os.OpenFile(p.path("file"), os.O_RDWR, 0)
	must(t, err)
	must(t, unix.Fallocate(int(file.Fd()), unix.FALLOC_FL_PUNCH_HOLE|unix.FALLOC_FL_KEEP_SIZE, 8*blockSize, 16*blockSize))
	must(t, file.Truncate(100*blockSize+11))
	p.round(false)
	p.expectEqual(true)
	_, err = file.WriteAt(random(10), 12*blockSize)
	must(t, err)
	must(t, file.Truncate(90*blockSize+3))
	must(t, file.Close())
	p.round(true)
	p.expectEqual(true)
}

func TestAnyHistoryEndsEqual(t *testing.T) {
	needRoot(t)
	for seed := int64(0); seed < 40; seed++ {
		p := newPair(t)
		dice := rand.New(rand.NewSource(seed))
		for round := 0; round < 6; round++ {
			for step := 0; step < 12; step++ {
				p.mutate(dice)
			}
			if dice.Intn(5) == 0 {
				p.resume()
			}
			p.round(round == 5)
			if t.Failed() {
				t.Fatalf("seed %d round %d", seed, round)
			}
			p.expectEqual(false)
		}
	}
}

// mutate does one thing a program might do; what cannot be done right now is not done.
func (p *pair) mutate(dice *rand.Rand) {
	names := []string{"a", "b", "c", "d", "d/a", "d/b", "e", "e/a", "d/d", "d/d/a", "e/d"}
	one, two := p.path(names[dice.Intn(len(names))]), p.path(names[dice.Intn(len(names))])
	switch dice.Intn(10) {
	case 0:
		if info, err := os.Lstat(filepath.Dir(one)); err == nil && info.IsDir() { // else it opens a fifo and waits
			_ = os.RemoveAll(one)
		}
	case 1, 2:
		_ = os.Rename(one, two)
	case 3:
		_ = os.Link(one, two)
	case 4:
		_ = os.Symlink(names[dice.Intn(len(names))], one)
	case 5:
		_ = os.Mkdir(one, os.FileMode(0o700+dice.Intn(64)))
	case 6:
		_ = unix.Mkfifo(one, 0o600)
	case 7:
		_ = os.Lchown(one, dice.Intn(1000), dice.Intn(1000))
	default:
		file, err := unix.Open(one, unix.O_RDWR|unix.O_CREAT|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0o640)
		if err != nil {
			return
		}
		content := make([]byte, dice.Intn(3*blockSize))
		dice.Read(content)
		_, _ = unix.Pwrite(file, content, int64(dice.Intn(5*blockSize)))
		if dice.Intn(3) == 0 {
			_ = unix.Ftruncate(file, int64(dice.Intn(6*blockSize)))
		}
		unix.Close(file)
	}
}

// resume puts a new source and receiver in place of the ones that died.
func (p *pair) resume() {
	p.t.Helper()
	p.connect()
	var inventory bytes.Buffer
	p.receiver.out = newFrameWriter(&inventory)
	_, err := p.receiver.answer(copyCommand{Op: "inventory"})
	must(p.t, err)
	known, err := readInventory(newFrameReader(&inventory))
	must(p.t, err)
	must(p.t, p.source.learn(known))
}

func TestResumeSendsOnlyWhatIsMissing(t *testing.T) {
	needRoot(t)
	p := newPair(t)
	p.corpus()
	p.round(false)
	must(t, os.Remove(filepath.Join(p.to, "fifo")))
	must(t, os.WriteFile(filepath.Join(p.to, "left-over"), []byte("x"), 0o600))
	must(t, os.Truncate(filepath.Join(p.to, "plain"), 50_000))
	p.resume()
	summary := p.round(true)
	p.expectEqual(true)
	if summary.Bytes > 80_000 {
		t.Errorf("sent %d bytes", summary.Bytes)
	}
}

func TestReceiverKeepsOutOfWhatItDoesNotKnow(t *testing.T) {
	p := newPair(t)
	must(t, os.WriteFile(filepath.Join(p.to, "precious"), []byte("x"), 0o600))
	p.write("a", []byte("a"))
	_, err := p.source.round(false)
	must(t, err)
	if err := p.receiver.serve(newFrameReader(p.frames)); codeOf(err) != "NOT_EMPTY" {
		t.Fatal(err)
	}
	p.connect()
	_, err = p.receiver.answer(copyCommand{Op: "reset"})
	must(t, err)
	p.round(true)
	p.expectEqual(true)
}

func TestReceiverNeverLeavesItsTree(t *testing.T) {
	p := newPair(t)
	outside := filepath.Join(filepath.Dir(p.to), "outside")
	must(t, os.Mkdir(outside, 0o755))
	must(t, os.Symlink(outside, filepath.Join(p.to, "link")))
	p.receiver.claimed = true
	for _, path := range []string{"../outside/x", "link/x", "/tmp/x", "a/../../outside/x", "."} {
		var frames bytes.Buffer
		out := newFrameWriter(&frames)
		must(t, out.write(frameRound, out.begin().putInt(1).putInt(0).putString("staging"), nil))
		must(t, out.write(frameCreate, out.begin().putString(path).putInt(unix.S_IFREG).putInt(0).putString(""), nil))
		must(t, out.out.Flush())
		if err := p.receiver.serve(newFrameReader(&frames)); err == nil {
			t.Errorf("%q was made", path)
		}
	}
	if left, _ := os.ReadDir(outside); len(left) > 0 {
		t.Errorf("made %v outside", left)
	}
}

func TestBrokenStreamsAreErrors(t *testing.T) {
	p := newPair(t)
	p.write("a", random(100_000))
	_, err := p.source.round(true)
	must(t, err)
	whole := p.frames.Bytes()
	for cut := 1; cut < len(whole); cut += 977 {
		receiver := newReceiver(p.to, p.receiver.tree, newTalk(io.Discard), io.Discard)
		must(t, receiver.wipe())
		err := receiver.serve(newFrameReader(bytes.NewReader(whole[:cut])))
		if err == nil && receiver.round.number == 0 && cut > 7 && receiver.claimed {
			t.Errorf("cut at %d of %d went unnoticed", cut, len(whole))
		}
	}
}

func TestRootNamesACorruptedByte(t *testing.T) {
	p := newPair(t)
	p.write("table", random(100*blockSize))
	p.round(true)
	p.expectEqual(true)
	from, to := p.lists()
	file, err := os.OpenFile(filepath.Join(p.to, "table"), os.O_RDWR, 0)
	must(t, err)
	info, _ := file.Stat()
	_, err = file.WriteAt([]byte{0}, 50*blockSize)
	must(t, err)
	_, err = file.WriteAt([]byte{1}, 50*blockSize)
	must(t, err)
	must(t, file.Close())
	must(t, os.Chtimes(filepath.Join(p.to, "table"), info.ModTime(), info.ModTime()))
	_, corrupted := p.lists()
	if rootOf(from, 0).Root != rootOf(to, 0).Root || rootOf(from, 0).Root == rootOf(corrupted, 0).Root {
		t.Error("not seen")
	}
}

func TestSurveyNamesWhatCannotBeCarried(t *testing.T) {
	needRoot(t)
	p := newPair(t)
	p.corpus()
	totals, err := survey(p.from, p.source.tree)
	must(t, err)
	if len(totals.Findings) != 1 || totals.Findings[0].Kind != "device" || totals.FreeBytes == 0 || !totals.TracksWrites {
		t.Errorf("%+v", totals)
	}
	p.source.allowDevices = false
	if _, err := p.source.round(false); codeOf(err) != "CANNOT_CARRY" {
		t.Error(err)
	}
}
