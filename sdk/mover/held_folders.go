package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// mountLine is one line of a process's mountinfo.
type mountLine struct {
	id, device, root, point string
	writable                bool
}

func mountsOf(pid int) ([]mountLine, error) {
	file, err := os.Open(fmt.Sprintf("/proc/%d/mountinfo", pid))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var mounts []mountLine
	scanner := bufio.NewScanner(file)
	scanner.Buffer(make([]byte, 64*1024), 1024*1024)
	for scanner.Scan() {
		fields := strings.Fields(scanner.Text())
		if len(fields) < 6 {
			continue
		}
		writable := !strings.HasPrefix(fields[5]+",", "ro,")
		mounts = append(mounts, mountLine{fields[0], fields[2], unescapeMount(fields[3]), unescapeMount(fields[4]), writable})
	}
	return mounts, scanner.Err()
}

// heldFolder is a folder of the host as mounts of other namespaces show it: a path inside a file system.
type heldFolder struct {
	path, resolved, device, root string
	namespace                    string // of the host's own processes
}

// findFolder asks through the first process of the host, whose mounts are the host's.
func findFolder(path string) (heldFolder, error) {
	root, err := unix.Open("/proc/1/root", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return heldFolder{}, err
	}
	defer unix.Close(root)
	fd, err := openInRoot(root, strings.Trim(path, "/"))
	if err != nil {
		return heldFolder{}, err
	}
	defer unix.Close(fd)
	resolved, err := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", fd))
	if err != nil {
		return heldFolder{}, err
	}
	id, err := mountIDOf(fd)
	if err != nil {
		return heldFolder{}, err
	}
	mounts, err := mountsOf(1)
	if err != nil {
		return heldFolder{}, err
	}
	namespace, err := os.Readlink("/proc/1/ns/mnt")
	for _, mount := range mounts {
		if mount.id == id {
			inside := strings.TrimPrefix(resolved, strings.TrimSuffix(mount.point, "/"))
			return heldFolder{path, resolved, mount.device, filepath.Clean(mount.root + inside), namespace}, err
		}
	}
	return heldFolder{}, fmt.Errorf("its mount %s is not the host's", id)
}

func mountIDOf(fd int) (string, error) {
	content, err := os.ReadFile(fmt.Sprintf("/proc/self/fdinfo/%d", fd))
	if err != nil {
		return "", err
	}
	for _, line := range strings.Split(string(content), "\n") {
		if id, found := strings.CutPrefix(line, "mnt_id:"); found {
			return strings.TrimSpace(id), nil
		}
	}
	return "", fmt.Errorf("the kernel does not tell mounts of files")
}

// isHeldBy: a process of a container that has the folder or a part of it mounted to be written; or one that sees it as the host
// does, in the host's own mounts or in a copy of them, with a file in it open to be written.
func (f *heldFolder) isHeldBy(pid int, mounts []mountLine) bool {
	namespace, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/mnt", pid))
	if err == nil && namespace != f.namespace {
		for _, mount := range mounts {
			if mount.writable && mount.device == f.device && within(mount.root, f.root) {
				return true
			}
		}
	}
	return f.isWrittenBy(pid)
}

func (f *heldFolder) isWrittenBy(pid int) bool {
	names, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	for _, name := range names {
		if target, err := os.Readlink(name); err == nil && within(target, f.resolved) && opensToWrite(pid, filepath.Base(name)) {
			return true
		}
	}
	return false
}

func opensToWrite(pid int, fd string) bool {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/fdinfo/%s", pid, fd))
	if err != nil {
		return false
	}
	for _, line := range strings.Split(string(content), "\n") {
		if flags, found := strings.CutPrefix(line, "flags:"); found {
			value, _ := strconv.ParseUint(strings.TrimSpace(flags), 8, 64)
			return value&(unix.O_WRONLY|unix.O_RDWR) != 0
		}
	}
	return false
}

func within(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, strings.TrimSuffix(folder, "/")+"/")
}
