package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// folderFact is what a move must know of a path on a host before it mounts or fills it.
type folderFact struct {
	Path string `json:"path"`
	// missing | folder | link | file
	Kind string `json:"kind"`
	// A folder of which nothing is known to be in it.
	Empty bool `json:"empty"`
	// Another file system begins there: it has no name of its own that could be changed.
	MountPoint bool `json:"mountPoint"`
	// Of the folder, or of the nearest one above it that exists.
	FreeBytes uint64 `json:"freeBytes"`
	Device    string `json:"device"`
}

// foldersCommand looks at absolute paths of a host whose root is mounted read-only, and changes nothing. Links on the way are
// followed as the host itself would, never out of the root; the last part is told, not followed.
func foldersCommand(args []string) error {
	flags := flag.NewFlagSet("folders", flag.ContinueOnError)
	root := flags.String("root", "/host", "where the host's root is")
	if err := flags.Parse(args); err != nil {
		return err
	}
	fd, err := unix.Open(*root, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("%s: %w", *root, err)
	}
	facts := []folderFact{}
	for _, path := range flags.Args() {
		fact, err := folderAt(fd, path)
		if err != nil {
			return fmt.Errorf("%q: %w", path, err)
		}
		facts = append(facts, fact)
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{"folders": facts})
}

func folderAt(root int, path string) (folderFact, error) {
	fact := folderFact{Path: path, Kind: "missing"}
	dir, base := splitPath(strings.Trim(path, "/"))
	parent, err := openInRoot(root, dir)
	for gone(err) && dir != "" {
		base = ""
		dir, _ = splitPath(dir)
		parent, err = openInRoot(root, dir)
	}
	if err != nil {
		return fact, err
	}
	defer unix.Close(parent)
	above, err := statFd(parent)
	if err != nil {
		return fact, err
	}
	at := parent
	if base != "" {
		found, err := statAt(parent, base, unix.AT_SYMLINK_NOFOLLOW|unix.AT_NO_AUTOMOUNT)
		if err != nil && !gone(err) {
			return fact, err
		}
		if err == nil {
			fact.Kind = kindOfName(found.kind())
			fact.MountPoint = found.dev != above.dev || isMountRoot(parent, base)
		}
	}
	if fact.Kind == "folder" {
		if at, err = unix.Openat(parent, base, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0); err != nil {
			return fact, err
		}
		file := os.NewFile(uintptr(at), path)
		defer file.Close()
		names, _ := file.Readdirnames(1)
		fact.Empty = len(names) == 0
	}
	var free unix.Statfs_t
	if err := unix.Fstatfs(at, &free); err != nil {
		return fact, err
	}
	fact.FreeBytes = free.Bavail * uint64(free.Bsize)
	fact.Device = fmt.Sprintf("%x", free.Fsid.Val)
	return fact, nil
}

// isMountRoot also knows a folder of the same file system that is mounted there. Kernels before 5.8 do not tell.
func isMountRoot(parent int, base string) bool {
	var x unix.Statx_t
	err := unix.Statx(parent, base, unix.AT_SYMLINK_NOFOLLOW|unix.AT_NO_AUTOMOUNT, unix.STATX_TYPE, &x)
	return err == nil && x.Attributes&unix.STATX_ATTR_MOUNT_ROOT != 0
}

func kindOfName(kind uint32) string {
	switch kind {
	case unix.S_IFDIR:
		return "folder"
	case unix.S_IFLNK:
		return "link"
	}
	return "file"
}

// openInRoot resolves a path as a process of the host would, whose root is not ours.
func openInRoot(root int, path string) (int, error) {
	if path == "" {
		path = "."
	}
	how := unix.OpenHow{Flags: unix.O_RDONLY | unix.O_DIRECTORY | unix.O_CLOEXEC, Resolve: unix.RESOLVE_IN_ROOT}
	fd, err := retry(func() (int, error) { return unix.Openat2(root, path, &how) })
	if errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EPERM) {
		return openByNames(root, path)
	}
	return fd, err
}

// openByNames is for kernels without openat2: a link on the way is then an error rather than a guess.
func openByNames(root int, path string) (int, error) {
	t := &tree{fd: root, lastFd: -1}
	return t.openDirByParts(path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC)
}

// asideCommand gives a folder another name beside itself, never one that is taken; `dir` is its parent.
func asideCommand(args []string) error {
	flags := flag.NewFlagSet("aside", flag.ContinueOnError)
	dir := flags.String("dir", "/folder", "the parent")
	from := flags.String("from", "", "its name")
	to := flags.String("to", "", "its new name")
	if err := flags.Parse(args); err != nil {
		return err
	}
	for _, name := range []string{*from, *to} {
		if name == "" || strings.Contains(name, "/") || name == "." || name == ".." {
			return fmt.Errorf("%q is no name", name)
		}
	}
	fd, err := unix.Open(*dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("%s: %w", *dir, err)
	}
	if err := unix.Renameat2(fd, *from, fd, *to, unix.RENAME_NOREPLACE); err != nil {
		return named("rename", *from, err)
	}
	return unix.Fsync(fd)
}

// wipeCommand empties a folder that a move has filled and nobody used.
func wipeCommand(args []string) error {
	flags := flag.NewFlagSet("wipe", flag.ContinueOnError)
	volume := flags.String("volume", "/volume", "the folder")
	if err := flags.Parse(args); err != nil {
		return err
	}
	t, err := openTree(*volume)
	if err != nil {
		return err
	}
	if err := newReceiver(*volume, t, newTalk(os.Stderr), os.Stdout).wipe(); err != nil {
		return err
	}
	return t.syncAll()
}
