package main

import (
	"errors"
	"os"
	"runtime"
	"sort"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// node is one name in the tree as a walk saw it.
type node struct {
	path string
	stat fileStat
	link string // of a symlink
}

// snapshot is a walk of the whole tree, sorted by path bytes: parents come before their children.
type snapshot struct {
	nodes    []node
	nested   []string // other file systems mounted inside: not entered
	observed int64    // wall clock in nanoseconds before the first stat
}

// walk reads every directory, in parallel. What vanishes meanwhile is left out.
func (t *tree) walk(mounts map[string]bool) (*snapshot, error) {
	w := &walker{tree: t, mounts: mounts, found: &snapshot{observed: time.Now().UnixNano()}}
	w.wake = sync.NewCond(&w.lock)
	root, err := statAt(t.fd, "", unix.AT_EMPTY_PATH)
	if err != nil {
		return nil, err
	}
	w.found.nodes = append(w.found.nodes, node{path: "", stat: root})
	w.queue = append(w.queue, "")
	var workers sync.WaitGroup
	for i := 0; i < parallel(); i++ {
		workers.Add(1)
		go func() {
			defer workers.Done()
			w.work()
		}()
	}
	workers.Wait()
	if w.failed != nil {
		return nil, w.failed
	}
	sort.Slice(w.found.nodes, func(i, j int) bool { return w.found.nodes[i].path < w.found.nodes[j].path })
	sort.Strings(w.found.nested)
	return w.found, nil
}

func parallel() int { return min(runtime.GOMAXPROCS(0), 8) }

type walker struct {
	tree   *tree
	mounts map[string]bool
	lock   sync.Mutex
	wake   *sync.Cond
	queue  []string
	busy   int
	found  *snapshot
	failed error
}

func (w *walker) work() {
	w.lock.Lock()
	defer w.lock.Unlock()
	for {
		for len(w.queue) == 0 && w.busy > 0 && w.failed == nil {
			w.wake.Wait()
		}
		if len(w.queue) == 0 || w.failed != nil {
			w.wake.Broadcast()
			return
		}
		dir := w.queue[len(w.queue)-1]
		w.queue = w.queue[:len(w.queue)-1]
		w.busy++
		w.lock.Unlock()
		nodes, dirs, nested, err := w.read(dir)
		w.lock.Lock()
		w.busy--
		if err != nil {
			w.failed = err
		}
		w.found.nodes = append(w.found.nodes, nodes...)
		w.found.nested = append(w.found.nested, nested...)
		w.queue = append(w.queue, dirs...)
		w.wake.Broadcast()
	}
}

func (w *walker) read(dir string) (nodes []node, dirs, nested []string, err error) {
	fd, err := w.tree.openDir(dir, unix.O_RDONLY|unix.O_NOFOLLOW)
	if gone(err) && dir != "" {
		return nil, nil, nil, nil
	}
	if err != nil {
		return nil, nil, nil, &os.PathError{Op: "open", Path: dir, Err: err}
	}
	file := os.NewFile(uintptr(fd), dir)
	defer file.Close()
	names, err := file.Readdirnames(-1)
	if err != nil && !gone(err) {
		return nil, nil, nil, err
	}
	nodes = make([]node, 0, len(names))
	for _, name := range names {
		path := name
		if dir != "" {
			path = dir + "/" + name
		}
		if w.mounts[path] {
			nested = append(nested, path)
			continue
		}
		stat, err := statAt(fd, name, unix.AT_SYMLINK_NOFOLLOW|unix.AT_NO_AUTOMOUNT)
		if gone(err) {
			continue
		}
		if err != nil {
			return nil, nil, nil, &os.PathError{Op: "stat", Path: path, Err: err}
		}
		if stat.dev != w.tree.device {
			nested = append(nested, path)
			continue
		}
		found := node{path: path, stat: stat}
		switch stat.kind() {
		case unix.S_IFDIR:
			dirs = append(dirs, path)
		case unix.S_IFLNK:
			if found.link, err = readLink(fd, name); err != nil {
				continue
			}
		}
		nodes = append(nodes, found)
	}
	return nodes, dirs, nested, nil
}

func gone(err error) bool {
	return errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ENOTDIR) || errors.Is(err, unix.ELOOP) || errors.Is(err, unix.ESTALE)
}

func readLink(dirFd int, name string) (string, error) {
	for size := 256; ; size *= 2 {
		buffer := make([]byte, size)
		n, err := unix.Readlinkat(dirFd, name, buffer)
		if err != nil {
			return "", err
		}
		if n < size {
			return string(buffer[:n]), nil
		}
	}
}
