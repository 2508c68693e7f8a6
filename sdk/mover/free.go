package main

import (
	"encoding/json"
	"os"

	"golang.org/x/sys/unix"
)

// freeCommand tells how much room the file system of a path has, for users without privileges of their own.
func freeCommand(args []string) error {
	var stat unix.Statfs_t
	if err := unix.Statfs(args[0], &stat); err != nil {
		return err
	}
	free := map[string]uint64{"freeBytes": stat.Bavail * uint64(stat.Bsize), "freeInodes": stat.Ffree}
	return json.NewEncoder(os.Stdout).Encode(free)
}
