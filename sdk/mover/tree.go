package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// tree is a directory that nothing here ever leaves: no symlink is followed, no path climbs. Paths are relative, "" is the root itself.
type tree struct {
	fd     int
	device uint64
	// The directory used last stays open: paths come sorted.
	lastDir string
	lastFd  int
}

func openTree(path string) (*tree, error) {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	stat, err := statFd(fd)
	if err != nil {
		return nil, err
	}
	return &tree{fd: fd, device: stat.dev, lastFd: -1}, nil
}

func splitPath(path string) (dir, base string) {
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		return path[:i], path[i+1:]
	}
	return "", path
}

// checkPath refuses what could climb out; only the stream of a broken sender holds such.
func checkPath(path string) error {
	if path == "" {
		return nil
	}
	for _, part := range strings.Split(path, "/") {
		if part == "" || part == "." || part == ".." || strings.IndexByte(part, 0) >= 0 {
			return fmt.Errorf("%q is not a path inside the volume", path)
		}
	}
	return nil
}

// openDir yields a new descriptor of a directory.
func (t *tree) openDir(path string, flags int) (int, error) {
	flags |= unix.O_DIRECTORY | unix.O_CLOEXEC
	if path == "" {
		return retry(func() (int, error) { return unix.Openat(t.fd, ".", flags, 0) })
	}
	how := unix.OpenHow{Flags: uint64(flags), Resolve: unix.RESOLVE_BENEATH | unix.RESOLVE_NO_SYMLINKS}
	fd, err := retry(func() (int, error) { return unix.Openat2(t.fd, path, &how) })
	// Old kernels and old seccomp profiles lack openat2; the kernel takes no path of 4096 bytes or more.
	if errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EPERM) || errors.Is(err, unix.ENAMETOOLONG) {
		return t.openDirByParts(path, flags)
	}
	return fd, err
}

func (t *tree) openDirByParts(path string, flags int) (int, error) {
	at := t.fd
	for {
		part, rest, more := strings.Cut(path, "/")
		step := unix.O_PATH | unix.O_DIRECTORY | unix.O_CLOEXEC
		if !more {
			step = flags
		}
		fd, err := retry(func() (int, error) { return unix.Openat(at, part, step|unix.O_NOFOLLOW, 0) })
		if at != t.fd {
			unix.Close(at)
		}
		if err != nil || !more {
			return fd, err
		}
		at, path = fd, rest
	}
}

// parent yields the directory of a path (owned by the tree, not for concurrent use) and the name in it. The root's name is ".".
func (t *tree) parent(path string) (int, string, error) {
	if err := checkPath(path); err != nil {
		return -1, "", err
	}
	dir, base := splitPath(path)
	if base == "" {
		return t.fd, ".", nil
	}
	if dir == "" {
		return t.fd, base, nil
	}
	if t.lastFd >= 0 && t.lastDir == dir {
		return t.lastFd, base, nil
	}
	t.forget()
	fd, err := t.openDir(dir, unix.O_PATH)
	if err != nil {
		return -1, "", err
	}
	t.lastDir, t.lastFd = dir, fd
	return fd, base, nil
}

// forget drops the open directory: after a removal its path may mean another.
func (t *tree) forget() {
	if t.lastFd >= 0 {
		unix.Close(t.lastFd)
		t.lastFd = -1
	}
}

// openFile is safe for concurrent use.
func (t *tree) openFile(path string, flags int) (int, error) {
	dir, base := splitPath(path)
	at := t.fd
	if dir != "" {
		fd, err := t.openDir(dir, unix.O_PATH)
		if err != nil {
			return -1, err
		}
		defer unix.Close(fd)
		at = fd
	}
	return retry(func() (int, error) {
		return unix.Openat(at, base, flags|unix.O_NOFOLLOW|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	})
}

// procPath names a file for the calls that have no variant with a directory descriptor (l*xattr).
func procPath(dirFd int, base string) string {
	return "/proc/self/fd/" + strconv.Itoa(dirFd) + "/" + base
}

func (t *tree) syncAll() error { return unix.Syncfs(t.fd) }

// nestedMounts are the mount points below the root, as paths relative to it.
func nestedMounts(root string) (map[string]bool, error) {
	content, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	nested := map[string]bool{}
	for _, line := range strings.Split(string(content), "\n") {
		fields := strings.Fields(line)
		if len(fields) < 5 {
			continue
		}
		point := unescapeMount(fields[4])
		if rest, below := strings.CutPrefix(point, strings.TrimSuffix(root, "/")+"/"); below {
			nested[rest] = true
		}
	}
	return nested, nil
}

// unescapeMount turns the octal escapes of mountinfo (\040 for a blank) into bytes.
func unescapeMount(text string) string {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+3 < len(text) {
			if value, err := strconv.ParseUint(text[i+1:i+4], 8, 8); err == nil {
				out.WriteByte(byte(value))
				i += 3
				continue
			}
		}
		out.WriteByte(text[i])
	}
	return out.String()
}

func retry[T any](call func() (T, error)) (T, error) {
	for {
		value, err := call()
		if !errors.Is(err, unix.EINTR) {
			return value, err
		}
	}
}
