// The mover is the one helper of drayage that runs on hosts. It decides nothing: it reads, writes, hashes and probes what it is told.
package main

import (
	"fmt"
	"os"
)

// protocol is raised when frames or replies change; both ends of a copy must say the same.
const protocol = 2

var commands = map[string]func(args []string) error{
	"version":    versionCommand,
	"measure":    measureCommand,
	"record":     recordCommand,
	"gate":       gateCommand,
	"send":       sendCommand,
	"receive":    receiveCommand,
	"holders":    holdersCommand,
	"ports":      portsCommand,
	"free":       freeCommand,
	"host":       hostCommand,
	"hash":       hashCommand,
	"folders":    foldersCommand,
	"aside":      asideCommand,
	"neighbours": neighboursCommand,
	"wipe":       wipeCommand,
	"forward":    forwardCommand,
	"forwarded":  forwardedCommand,
	"reach":      reachCommand,
}

func main() {
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: mover version|measure|record|gate|send|receive|holders|ports|free|hash|folders|aside|wipe|neighbours|forward|forwarded|reach")
		os.Exit(2)
	}
	if err := commands[os.Args[1]](os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func versionCommand([]string) error {
	_, err := fmt.Printf("{\"protocol\":%d}\n", protocol)
	return err
}
