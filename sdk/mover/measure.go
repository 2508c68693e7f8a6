package main

import (
	"encoding/json"
	"flag"
	"os"
	"strings"
	"time"
)

// measurement is what a preview needs to know about a host and its volumes; nothing is changed to learn it.
type measurement struct {
	MachineID string          `json:"machineId,omitempty"`
	ClockMs   int64           `json:"clockMs"`
	Volumes   []volumeMeasure `json:"volumes"`
}

type volumeMeasure struct {
	Name string `json:"name"`
	surveyTotals
}

// volumeFlags collects `--volume name=path`.
type volumeFlags []string

func (v *volumeFlags) String() string     { return strings.Join(*v, ",") }
func (v *volumeFlags) Set(s string) error { *v = append(*v, s); return nil }

func measureCommand(args []string) error {
	flags := flag.NewFlagSet("measure", flag.ContinueOnError)
	machineID := flags.String("machine-id", "", "path of the host's machine id")
	var volumes volumeFlags
	flags.Var(&volumes, "volume", "name=path")
	if err := flags.Parse(args); err != nil {
		return err
	}
	result := measurement{ClockMs: time.Now().UnixMilli(), Volumes: []volumeMeasure{}}
	if content, err := os.ReadFile(*machineID); err == nil {
		result.MachineID = strings.TrimSpace(string(content))
	}
	for _, volume := range volumes {
		name, path, _ := strings.Cut(volume, "=")
		t, err := openTree(path)
		if err != nil {
			return err
		}
		totals, err := survey(path, t)
		if err != nil {
			return err
		}
		result.Volumes = append(result.Volumes, volumeMeasure{name, totals})
	}
	return json.NewEncoder(os.Stdout).Encode(result)
}
