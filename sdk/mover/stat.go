package main

import (
	"time"

	"golang.org/x/sys/unix"
)

type fileStat struct {
	mode, uid, gid, nlink uint32
	size, allocated       int64
	ino, dev, rdev        uint64
	mtime, ctime          int64 // nanoseconds
	frozen                bool  // immutable or append-only
}

func (s *fileStat) kind() uint32 { return s.mode & unix.S_IFMT }

// sameContent tells whether nothing was written between two stats, as far as stats can tell.
func (s *fileStat) sameContent(other *fileStat) bool {
	return s.ino == other.ino && s.size == other.size && s.mtime == other.mtime && s.ctime == other.ctime
}

// racyWindow covers the coarsest clock of a file system: a change within it may leave no trace in the times.
const racyWindow = 2 * time.Second

// settled tells whether a stat taken at observed can be trusted to differ after the next change.
func (s *fileStat) settled(observed int64) bool {
	return s.ctime < observed-int64(racyWindow)
}

func statFd(fd int) (fileStat, error) { return statAt(fd, "", unix.AT_EMPTY_PATH) }

func statAt(dirFd int, name string, flags int) (fileStat, error) {
	var x unix.Statx_t
	_, err := retry(func() (int, error) {
		return 0, unix.Statx(dirFd, name, flags, unix.STATX_BASIC_STATS, &x)
	})
	if err != nil {
		return fileStat{}, err
	}
	return fileStat{
		mode: uint32(x.Mode), uid: x.Uid, gid: x.Gid, nlink: x.Nlink,
		size: int64(x.Size), allocated: int64(x.Blocks) * 512,
		ino: x.Ino, dev: unix.Mkdev(x.Dev_major, x.Dev_minor), rdev: unix.Mkdev(x.Rdev_major, x.Rdev_minor),
		mtime: x.Mtime.Sec*1e9 + int64(x.Mtime.Nsec), ctime: x.Ctime.Sec*1e9 + int64(x.Ctime.Nsec),
		frozen: x.Attributes&(unix.STATX_ATTR_IMMUTABLE|unix.STATX_ATTR_APPEND) != 0,
	}, nil
}

// fileSystem names the type of the file system and says what is free on it.
func fileSystem(path string) (kind string, freeBytes, freeInodes int64, err error) {
	var stat unix.Statfs_t
	if err := unix.Statfs(path, &stat); err != nil {
		return "", 0, 0, err
	}
	kind = fileSystemNames[int64(uint32(stat.Type))]
	if kind == "" {
		kind = "other"
	}
	return kind, int64(stat.Bavail) * int64(stat.Frsize), int64(stat.Ffree), nil
}

var fileSystemNames = map[int64]string{
	unix.EXT4_SUPER_MAGIC: "ext4", unix.XFS_SUPER_MAGIC: "xfs", unix.BTRFS_SUPER_MAGIC: "btrfs", unix.F2FS_SUPER_MAGIC: "f2fs",
	unix.OVERLAYFS_SUPER_MAGIC: "overlay", unix.TMPFS_MAGIC: "tmpfs", unix.RAMFS_MAGIC: "ramfs", unix.NFS_SUPER_MAGIC: "nfs",
	unix.FUSE_SUPER_MAGIC: "fuse", 0xff534d42: "cifs", 0xfe534d42: "smb2", unix.V9FS_MAGIC: "9p", 0x2fc12fc1: "zfs",
}

// tracksMappedWrites: there a store through a shared mapping after an fsync moves the times. Elsewhere every file is read in every round.
func tracksMappedWrites(kind string) bool {
	switch kind {
	case "ext4", "xfs", "btrfs", "f2fs", "overlay":
		return true
	}
	return false
}
