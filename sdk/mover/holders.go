package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// holder is a process that has one of the asked volumes mounted.
type holder struct {
	Pid     int    `json:"pid"`
	Command string `json:"command"`
	Volume  string `json:"volume"`
}

// holdersQuestion names volumes, and processes that do not count: the mover's own, which has them mounted to copy them.
type holdersQuestion struct {
	ID      int      `json:"id"`
	Volumes []string `json:"volumes"`
	Except  []int    `json:"except"`
}

// holdersCommand answers questions on stdin, one a line, with the processes of the host (run with pid=host) whose mount
// namespace still has a volume: the proof that a stopped writer is gone. It reads mountinfo, so it also sees processes that
// hold no file open. It waits for its questions because starting a container takes longer than answering.
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
	found := []holder{}
	paths, err := filepath.Glob("/proc/[0-9]*/mountinfo")
	for _, path := range paths {
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if ignored[pid] {
			continue
		}
		for _, volume := range mountedVolumes(path, question.Volumes) {
			found = append(found, holder{Pid: pid, Command: commandOf(pid), Volume: volume})
		}
	}
	return found, err
}

// mountedVolumes compares the root field of each mount: `/var/lib/docker/volumes/NAME/_data`, whatever the data root is.
func mountedVolumes(mountinfo string, volumes []string) []string {
	file, err := os.Open(mountinfo)
	if err != nil {
		return nil // the process ended meanwhile
	}
	defer file.Close()
	var mounted []string
	scanner := bufio.NewScanner(file)
	scanner.Buffer(make([]byte, 64*1024), 1024*1024)
	for scanner.Scan() {
		fields := strings.Fields(scanner.Text())
		if len(fields) < 5 {
			continue
		}
		for _, volume := range volumes {
			if strings.HasSuffix(fields[3], fmt.Sprintf("/volumes/%s/_data", volume)) {
				mounted = append(mounted, volume)
			}
		}
	}
	return mounted
}

func commandOf(pid int) string {
	name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(name))
}
