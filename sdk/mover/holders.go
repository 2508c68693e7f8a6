package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// holder is a process that has one of the asked volumes or folders: by its name, or its path on the host.
type holder struct {
	Pid     int    `json:"pid"`
	Command string `json:"command"`
	Volume  string `json:"volume"`
}

// holdersQuestion names volumes and folders of the host, and processes that do not count: the mover's own, which has them
// mounted to copy them.
type holdersQuestion struct {
	ID      int      `json:"id"`
	Volumes []string `json:"volumes"`
	Folders []string `json:"folders"`
	Except  []int    `json:"except"`
}

// holdersCommand answers questions on stdin, one a line, with the processes of the host (run with pid=host) whose mount
// namespace still has a volume or a folder: the proof that a stopped writer is gone. It reads mountinfo, so it also sees
// processes that hold no file open. It waits for its questions because starting a container takes longer than answering.
func holdersCommand([]string) error {
	questions := json.NewDecoder(os.Stdin)
	answers := json.NewEncoder(os.Stdout)
	for {
		var question holdersQuestion
		if err := questions.Decode(&question); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		found, err := holdersOf(question)
		if err != nil {
			return err
		}
		if err := answers.Encode(map[string]any{"id": question.ID, "holders": found}); err != nil {
			return err
		}
	}
}

func holdersOf(question holdersQuestion) ([]holder, error) {
	ignored := map[int]bool{os.Getpid(): true}
	for _, pid := range question.Except {
		ignored[pid] = true
	}
	folders := make([]heldFolder, 0, len(question.Folders))
	for _, path := range question.Folders {
		folder, err := findFolder(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		folders = append(folders, folder)
	}
	found := []holder{}
	paths, err := filepath.Glob("/proc/[0-9]*/mountinfo")
	for _, path := range paths {
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if ignored[pid] {
			continue
		}
		held, err := heldBy(pid, question.Volumes, folders)
		if err != nil {
			return nil, err
		}
		for _, name := range held {
			found = append(found, holder{Pid: pid, Command: commandOf(pid), Volume: name})
		}
	}
	return found, err
}

// heldBy yields names of volumes and paths of folders. A process that ended meanwhile holds nothing; one that may not be looked
// at could hold anything, and is an error.
func heldBy(pid int, volumes []string, folders []heldFolder) ([]string, error) {
	mounts, err := mountsOf(pid)
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, unix.ESRCH) || errors.Is(err, unix.EINVAL) {
		return nil, nil // EINVAL: it is ending and has no mount namespace any more
	}
	if err != nil {
		return nil, fmt.Errorf("the mounts of process %d cannot be read: %w", pid, err)
	}
	var held []string
	for _, mount := range mounts {
		for _, volume := range volumes {
			if isOfVolume(mount.root, volume) {
				held = append(held, volume)
			}
		}
	}
	for _, folder := range folders {
		if folder.isHeldBy(pid, mounts) {
			held = append(held, folder.path)
		}
	}
	return held, nil
}

// isOfVolume knows `/var/lib/docker/volumes/NAME/_data`, whatever the data root is, also where a disk of its own begins at `volumes`
// and the path inside it with NAME. What else has such a path is taken for it: a move then stops, and nothing is lost.
func isOfVolume(root, volume string) bool {
	return strings.HasSuffix(root, "/"+volume+"/_data")
}

func commandOf(pid int) string {
	name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(name))
}
