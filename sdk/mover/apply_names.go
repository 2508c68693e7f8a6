package main

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// applyName makes, removes or moves a name. Everything happens relative to a parent that was reached without following a link.
func (r *receiver) applyName(kind byte, p *payload) error {
	switch kind {
	case frameStage:
		id, path := p.takeInt(), p.takeString()
		return named("stage", path, r.stage(id, path))
	case frameUnlink:
		path := p.takeString()
		return named("remove", path, r.at(path, func(dir int, base string) error { return unix.Unlinkat(dir, base, 0) }))
	case frameRmdir:
		path := p.takeString()
		r.tree.forget()
		return named("remove", path, r.at(path, func(dir int, base string) error { return unix.Unlinkat(dir, base, unix.AT_REMOVEDIR) }))
	case frameMkdir:
		path := p.takeString()
		return named("make", path, r.at(path, func(dir int, base string) error { return unix.Mkdirat(dir, base, 0o700) }))
	case frameCreate:
		return r.create(p.takeString(), uint32(p.takeInt()), uint64(p.takeInt()), p.takeString())
	case frameLink:
		from, to := p.takeString(), p.takeString()
		return named("link", to, r.link(from, to))
	case frameUnstage:
		id, path := p.takeInt(), p.takeString()
		return named("place", path, r.link(r.stagedPath(id), path))
	case frameStaged:
		return r.unstage()
	}
	return fmt.Errorf("frame %q is unknown", kind)
}

func named(what, path string, err error) error {
	if err != nil {
		return fmt.Errorf("%s %q: %w", what, path, err)
	}
	return nil
}

func (r *receiver) at(path string, do func(dir int, base string) error) error {
	dir, base, err := r.tree.parent(path)
	if err != nil {
		return err
	}
	return do(dir, base)
}

func (r *receiver) create(path string, mode uint32, rdev uint64, target string) error {
	return r.at(path, func(dir int, base string) error {
		switch mode & unix.S_IFMT {
		case unix.S_IFREG:
			fd, err := unix.Openat(dir, base, unix.O_CREAT|unix.O_EXCL|unix.O_WRONLY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
			if err != nil {
				return named("create", path, err)
			}
			return unix.Close(fd)
		case unix.S_IFLNK:
			return named("link", path, unix.Symlinkat(target, dir, base))
		case unix.S_IFIFO, unix.S_IFCHR, unix.S_IFBLK:
			err := unix.Mknodat(dir, base, mode&unix.S_IFMT|0o600, int(rdev))
			if errors.Is(err, unix.EPERM) || errors.Is(err, unix.EOPNOTSUPP) {
				r.round.skipped[path] = true
				r.refuse(refusal{[]byte(path), fmt.Sprintf("node: %v", err)})
				return nil
			}
			return named("make", path, err)
		}
		return fmt.Errorf("%q is of no type that can be made", path)
	})
}

// link never follows a symlink: a hard link to one is a second name of it.
func (r *receiver) link(from, to string) error {
	if r.round.skipped[from] {
		r.round.skipped[to] = true
		return nil
	}
	if err := checkPath(from); err != nil {
		return err
	}
	fromDir, fromBase := splitPath(from)
	dir, err := r.tree.openDir(fromDir, unix.O_PATH)
	if err != nil {
		return err
	}
	defer unix.Close(dir)
	return r.at(to, func(toDir int, toBase string) error { return unix.Linkat(dir, fromBase, toDir, toBase, 0) })
}

func (r *receiver) stagedPath(id int64) string { return fmt.Sprintf("%s/%d", r.round.staging, id) }

func (r *receiver) stage(id int64, path string) error {
	r.round.staged = append(r.round.staged, id)
	if len(r.round.staged) == 1 {
		if err := unix.Mkdirat(r.tree.fd, r.round.staging, 0o700); err != nil {
			return err
		}
	}
	return r.link(path, r.stagedPath(id))
}

func (r *receiver) unstage() error {
	for _, id := range r.round.staged {
		path := r.stagedPath(id)
		if err := r.at(path, func(dir int, base string) error { return unix.Unlinkat(dir, base, 0) }); err != nil {
			return named("remove", path, err)
		}
	}
	r.round.staged = nil
	r.tree.forget()
	return named("remove", r.round.staging, unix.Unlinkat(r.tree.fd, r.round.staging, unix.AT_REMOVEDIR))
}

// wipe empties the volume.
func (r *receiver) wipe() error {
	clear(r.cache)
	found, err := r.snapshot()
	if err != nil {
		return err
	}
	for i := len(found.nodes) - 1; i > 0; i-- { // children come after their parents, the root is first and stays
		n := &found.nodes[i]
		flags := 0
		if n.stat.kind() == unix.S_IFDIR {
			flags = unix.AT_REMOVEDIR
			r.tree.forget()
		}
		if err := r.at(n.path, func(dir int, base string) error { return unix.Unlinkat(dir, base, flags) }); err != nil {
			return named("remove", n.path, err)
		}
	}
	return nil
}
