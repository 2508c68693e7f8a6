package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// hostState is what changes on a host from moment to moment.
type hostState struct {
	ID int `json:"id"`
	// ClockUs is read last, so that the way back to the asker is all that lies after it.
	ClockUs              int64       `json:"clockUs"`
	Load                 []float64   `json:"load"`
	MemoryBytes          int64       `json:"memoryBytes"`
	AvailableMemoryBytes int64       `json:"availableMemoryBytes"`
	UptimeSeconds        float64     `json:"uptimeSeconds"`
	Disks                []diskState `json:"disks"`
}

type diskState struct {
	Path       string `json:"path"`
	FsType     string `json:"fsType"`
	TotalBytes int64  `json:"totalBytes"`
	FreeBytes  int64  `json:"freeBytes"`
	FreeInodes int64  `json:"freeInodes"`
}

// hostCommand answers each line of stdin with the host's state: asked several times, the quickest answer tells its clock best.
// Load and memory in /proc are the host's own, whatever the container. The arguments are paths whose file systems count.
func hostCommand(paths []string) error {
	questions, answers := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var question struct {
			ID int `json:"id"`
		}
		if err := questions.Decode(&question); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		state, err := readHostState("/proc", paths)
		if err != nil {
			return err
		}
		state.ID, state.ClockUs = question.ID, time.Now().UnixMicro()
		if err := answers.Encode(state); err != nil {
			return err
		}
	}
}

func readHostState(proc string, paths []string) (state hostState, err error) {
	if state.Load, err = numbersIn(proc+"/loadavg", 3); err != nil {
		return state, err
	}
	uptime, err := numbersIn(proc+"/uptime", 1)
	if err != nil {
		return state, err
	}
	state.UptimeSeconds = uptime[0]
	if state.MemoryBytes, state.AvailableMemoryBytes, err = memory(proc + "/meminfo"); err != nil {
		return state, err
	}
	state.Disks = []diskState{}
	for _, path := range paths {
		disk, err := diskOf(path)
		if err != nil {
			return state, err
		}
		state.Disks = append(state.Disks, disk)
	}
	return state, nil
}

func diskOf(path string) (diskState, error) {
	var stat unix.Statfs_t
	if err := unix.Statfs(path, &stat); err != nil {
		return diskState{}, fmt.Errorf("%s: %w", path, err)
	}
	kind, free, inodes, err := fileSystem(path)
	return diskState{path, kind, int64(stat.Blocks) * int64(stat.Frsize), free, inodes}, err
}

// numbersIn yields the first numbers of a file of one line.
func numbersIn(path string, count int) ([]float64, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	fields := strings.Fields(string(content))
	if len(fields) < count {
		return nil, fmt.Errorf("%s is not understood: %q", path, content)
	}
	numbers := make([]float64, count)
	for i := range numbers {
		if numbers[i], err = strconv.ParseFloat(fields[i], 64); err != nil {
			return nil, fmt.Errorf("%s is not understood: %w", path, err)
		}
	}
	return numbers, nil
}

func memory(path string) (total, available int64, err error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return 0, 0, err
	}
	for _, line := range strings.Split(string(content), "\n") {
		fields := strings.Fields(line) // "MemTotal:       24566120 kB"
		if len(fields) < 2 {
			continue
		}
		kilobytes, _ := strconv.ParseInt(fields[1], 10, 64)
		switch fields[0] {
		case "MemTotal:":
			total = kilobytes * 1024
		case "MemAvailable:":
			available = kilobytes * 1024
		}
	}
	if total == 0 || available == 0 {
		return 0, 0, fmt.Errorf("%s does not tell the memory", path)
	}
	return total, available, nil
}
