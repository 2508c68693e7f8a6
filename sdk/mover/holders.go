package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
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

// holdersCommand lists the processes of the host (run with pid=host) whose mount namespace still has a volume: the proof that a
// stopped writer is gone. It reads mountinfo, so it also sees processes that hold no file open. Arguments: volume names.
// Processes of the mover itself, which has the volume mounted to copy it, are told by --except PID,PID.
func holdersCommand(args []string) error {
	flags := flag.NewFlagSet("holders", flag.ContinueOnError)
	except := flags.String("except", "", "comma-separated process ids that do not count")
	if err := flags.Parse(args); err != nil {
		return err
	}
	ignored := map[string]bool{strconv.Itoa(os.Getpid()): true}
	for _, pid := range strings.Split(*except, ",") {
		ignored[pid] = true
	}
	found := []holder{}
	paths, err := filepath.Glob("/proc/[0-9]*/mountinfo")
	if err != nil {
		return err
	}
	for _, path := range paths {
		pid := filepath.Base(filepath.Dir(path))
		if ignored[pid] {
			continue
		}
		for _, volume := range mountedVolumes(path, flags.Args()) {
			number, _ := strconv.Atoi(pid)
			found = append(found, holder{Pid: number, Command: commandOf(pid), Volume: volume})
		}
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{"holders": found})
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

func commandOf(pid string) string {
	name, err := os.ReadFile("/proc/" + pid + "/comm")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(name))
}
