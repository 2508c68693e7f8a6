package main

import (
	"errors"
	"fmt"
	"sort"
	"strings"

	"golang.org/x/sys/unix"
)

// attributes are what a name carries beside its content.
type attributes struct {
	mode, uid, gid uint32
	mtime          int64
	xattrs         string // canonical: see encodeXattrs
}

func attributesOf(stat *fileStat, xattrs string) attributes {
	return attributes{stat.mode, stat.uid, stat.gid, stat.mtime, xattrs}
}

func (a *attributes) put(p *payload) *payload {
	return p.putInt(int64(a.mode)).putInt(int64(a.uid)).putInt(int64(a.gid)).putInt(a.mtime).putString(a.xattrs)
}

func takeAttributes(p *payload) attributes {
	return attributes{uint32(p.takeInt()), uint32(p.takeInt()), uint32(p.takeInt()), p.takeInt(), p.takeString()}
}

type xattr struct{ name, value string }

// Labels of a security module belong to the host, not to the data.
var hostXattrs = map[string]bool{"security.selinux": true, "security.apparmor": true, "security.ima": true, "security.evm": true}

// readXattrs reads those of a name, without following it where it is a symlink.
func readXattrs(path string) ([]xattr, error) {
	return listXattrs(
		func(buffer []byte) (int, error) { return unix.Llistxattr(path, buffer) },
		func(name string, buffer []byte) (int, error) { return unix.Lgetxattr(path, name, buffer) },
	)
}

func listXattrs(list func([]byte) (int, error), get func(string, []byte) (int, error)) ([]xattr, error) {
	names, err := sized(list)
	if errors.Is(err, unix.ENOTSUP) {
		return nil, nil
	}
	if err != nil || len(names) == 0 {
		return nil, err
	}
	var found []xattr
	for _, name := range strings.Split(strings.TrimSuffix(string(names), "\x00"), "\x00") {
		if hostXattrs[name] {
			continue
		}
		value, err := sized(func(buffer []byte) (int, error) { return get(name, buffer) })
		if errors.Is(err, unix.ENODATA) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("xattr %s: %w", name, err)
		}
		found = append(found, xattr{name, string(value)})
	}
	sort.Slice(found, func(i, j int) bool { return found[i].name < found[j].name })
	return found, nil
}

func sized(call func([]byte) (int, error)) ([]byte, error) {
	buffer := make([]byte, 256)
	for {
		n, err := call(buffer)
		if err == nil {
			return buffer[:n], nil
		}
		if !errors.Is(err, unix.ERANGE) {
			return nil, err
		}
		if n, err = call(nil); err != nil {
			return nil, err
		}
		buffer = make([]byte, n+256)
	}
}

func encodeXattrs(list []xattr) string {
	var p payload
	for _, x := range list {
		p.putString(x.name).putString(x.value)
	}
	return string(p.bytes)
}

func decodeXattrs(encoded string) []xattr {
	var list []xattr
	for p := (payload{bytes: []byte(encoded)}); len(p.bytes) > 0; {
		list = append(list, xattr{p.takeString(), p.takeString()})
	}
	return list
}

func (t *tree) xattrsOf(path string) (string, error) {
	dirFd, base, err := t.parent(path)
	if err != nil {
		return "", err
	}
	list, err := readXattrs(procPath(dirFd, base))
	return encodeXattrs(list), err
}

func xattrsOfFd(fd int) (string, error) {
	list, err := listXattrs(
		func(buffer []byte) (int, error) { return unix.Flistxattr(fd, buffer) },
		func(name string, buffer []byte) (int, error) { return unix.Fgetxattr(fd, name, buffer) },
	)
	return encodeXattrs(list), err
}

// refusal is something the target did not accept.
type refusal struct {
	Path []byte `json:"path"`
	What string `json:"what"`
}

// apply sets owner, mode, extended attributes and time, in the order in which none undoes another.
func (t *tree) apply(path string, want attributes) ([]refusal, error) {
	dirFd, base, err := t.parent(path)
	if err != nil {
		return nil, err
	}
	stat, err := statAt(dirFd, base, unix.AT_SYMLINK_NOFOLLOW)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", path, err)
	}
	if stat.kind() != want.mode&unix.S_IFMT {
		return nil, fmt.Errorf("%q is not of the type that was sent", path)
	}
	var refused []refusal
	check := func(what string, err error) {
		if err != nil {
			refused = append(refused, refusal{[]byte(path), fmt.Sprintf("%s: %v", what, err)})
		}
	}
	check(fmt.Sprintf("owner %d:%d", want.uid, want.gid), unix.Fchownat(dirFd, base, int(want.uid), int(want.gid), unix.AT_SYMLINK_NOFOLLOW))
	if stat.kind() != unix.S_IFLNK {
		check(fmt.Sprintf("mode %o", want.mode&0o7777), chmodAt(dirFd, base, want.mode&0o7777))
	}
	setXattrs(procPath(dirFd, base), decodeXattrs(want.xattrs), check)
	times := []unix.Timespec{{Nsec: unix.UTIME_OMIT}, unix.NsecToTimespec(want.mtime)}
	check("time", unix.UtimesNanoAt(dirFd, base, times, unix.AT_SYMLINK_NOFOLLOW))
	return refused, nil
}

// chmodAt never follows a symlink; fchmodat alone would.
func chmodAt(dirFd int, base string, mode uint32) error {
	fd, err := unix.Openat(dirFd, base, unix.O_PATH|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	return unix.Chmod(fmt.Sprintf("/proc/self/fd/%d", fd), mode)
}

func setXattrs(path string, want []xattr, check func(string, error)) {
	have, err := readXattrs(path)
	check("extended attributes", err)
	keep := map[string]string{}
	for _, x := range want {
		keep[x.name] = x.value
	}
	for _, x := range have {
		if _, wanted := keep[x.name]; !wanted {
			check("xattr "+x.name, unix.Lremovexattr(path, x.name))
		} else if keep[x.name] == x.value {
			delete(keep, x.name)
		}
	}
	for _, x := range want {
		if value, missing := keep[x.name]; missing {
			check("xattr "+x.name, unix.Lsetxattr(path, x.name, []byte(value), 0))
		}
	}
}
