package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestFoldersAreSeenAsTheHostSeesThem(t *testing.T) {
	root := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(root, "data/full/inner"), 0o755))
	must(t, os.MkdirAll(filepath.Join(root, "data/empty"), 0o755))
	must(t, os.WriteFile(filepath.Join(root, "data/file"), nil, 0o644))
	must(t, os.Symlink("/data", filepath.Join(root, "absolute"))) // of the host, whose root is not ours
	must(t, os.Symlink("full", filepath.Join(root, "data/link")))
	must(t, os.Symlink("../../../../../..", filepath.Join(root, "data/out")))
	fd, err := unix.Open(root, unix.O_PATH|unix.O_DIRECTORY, 0)
	must(t, err)
	defer unix.Close(fd)
	for path, want := range map[string]folderFact{
		"/data/full":            {Kind: "folder"},
		"/data/empty":           {Kind: "folder", Empty: true},
		"/absolute/full":        {Kind: "folder"},
		"/data/link":            {Kind: "link"},
		"/data/file":            {Kind: "file"},
		"/data/none":            {Kind: "missing"},
		"/nowhere/at/all":       {Kind: "missing"},
		"/data/out/data/empty":  {Kind: "folder", Empty: true},
		"/data/file/below":      {Kind: "missing"},
		"/absolute/full/inner/": {Kind: "folder", Empty: true},
	} {
		got, err := folderAt(fd, path)
		must(t, err)
		if got.Kind != want.Kind || got.Empty != want.Empty || got.FreeBytes == 0 || got.MountPoint {
			t.Errorf("%s: %+v, want %+v", path, got, want)
		}
	}
}

func TestAsideNeverTakesANameThatIsThere(t *testing.T) {
	dir := t.TempDir()
	must(t, os.Mkdir(filepath.Join(dir, "files"), 0o755))
	must(t, os.Mkdir(filepath.Join(dir, "files.old"), 0o755))
	if err := asideCommand([]string{"--dir", dir, "--from", "files", "--to", "files.old"}); err == nil {
		t.Error("an existing folder was replaced")
	}
	must(t, asideCommand([]string{"--dir", dir, "--from", "files", "--to", "files.older"}))
	if _, err := os.Stat(filepath.Join(dir, "files.older")); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"", "..", "a/b"} {
		if err := asideCommand([]string{"--dir", dir, "--from", "files.older", "--to", name}); err == nil {
			t.Errorf("%q was taken for a name", name)
		}
	}
}

func TestWipeEmptiesAFolderAndKeepsIt(t *testing.T) {
	dir := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(dir, "a/b"), 0o500))
	must(t, os.Symlink("/etc", filepath.Join(dir, "link")))
	must(t, wipeCommand([]string{"--volume", dir}))
	left, err := os.ReadDir(dir)
	must(t, err)
	if len(left) != 0 {
		t.Errorf("left: %v", left)
	}
	if _, err := os.Stat("/etc/passwd"); err != nil {
		t.Error("a link was followed")
	}
}

// A host's own process that writes into the folder is in no container: only its open file tells.
func TestAFileOpenToBeWrittenHoldsItsFolder(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root")
	}
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "log"), []byte("x"), 0o644))
	folder, err := findFolder(dir)
	if err != nil {
		t.Skip("the first process is not of this root: ", err)
	}
	holders := func() (list []string) {
		held, err := heldBy(os.Getpid(), nil, []heldFolder{folder})
		must(t, err)
		return held
	}
	reading, err := os.Open(filepath.Join(dir, "log"))
	must(t, err)
	defer reading.Close()
	if found := holders(); len(found) != 0 {
		t.Errorf("reading holds: %v", found)
	}
	writing, err := os.OpenFile(filepath.Join(dir, "log"), os.O_WRONLY|os.O_APPEND, 0)
	must(t, err)
	defer writing.Close()
	if found := strings.Join(holders(), ","); found != dir {
		t.Errorf("writing holds %q, want %q", found, dir)
	}
}

func TestMountsInsideAFolderHoldItAndMountsAboveDoNot(t *testing.T) {
	folder := heldFolder{path: "/srv/files", resolved: "/srv/files", device: "8:1", root: "/srv/files", namespace: "the host's"}
	for root, want := range map[string]bool{"/srv/files": true, "/srv/files/part": true, "/srv": false, "/": false, "/srv/files2": false} {
		if got := folder.isHeldBy(os.Getpid(), []mountLine{{device: "8:1", root: root, writable: true}}); got != want {
			t.Errorf("%s: %v, want %v", root, got, want)
		}
	}
	if folder.isHeldBy(os.Getpid(), []mountLine{{device: "8:1", root: "/srv/files"}, {device: "8:2", root: "/srv/files", writable: true}}) {
		t.Error("reading, or another file system, holds it")
	}
}
