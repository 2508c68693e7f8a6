package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// gateRequest is read whole from stdin; the gate passes when each probe passed once.
type gateRequest struct {
	Probes []probe `json:"probes"`
}

// gateEvent is one line: a change of one probe's state, with what was seen.
type gateEvent struct {
	Probe     string `json:"probe"`
	State     string `json:"state"` // failing | passed
	Attempts  int    `json:"attempts"`
	ElapsedMs int64  `json:"elapsedMs"`
	Status    int    `json:"status,omitempty"`
	Error     string `json:"error,omitempty"`
}

// gateVerdict is the last line.
type gateVerdict struct {
	Verdict   string      `json:"verdict"` // passed | failed
	ElapsedMs int64       `json:"elapsedMs"`
	Probes    []gateEvent `json:"probes"`
}

func gateCommand([]string) error {
	var request gateRequest
	if err := json.NewDecoder(os.Stdin).Decode(&request); err != nil {
		return fmt.Errorf("gate: %w", err)
	}
	if verdict := runGate(request, os.Stdout); verdict.Verdict != "passed" {
		return errors.New("gate failed")
	}
	return nil
}

func runGate(request gateRequest, out io.Writer) gateVerdict {
	started := time.Now()
	verdict := gateVerdict{Verdict: "passed", Probes: make([]gateEvent, len(request.Probes))}
	var lock sync.Mutex
	encoder := json.NewEncoder(out)
	emit := func(value any) {
		lock.Lock()
		defer lock.Unlock()
		_ = encoder.Encode(value)
	}
	var all sync.WaitGroup
	for i := range request.Probes {
		all.Add(1)
		go func(i int) {
			defer all.Done()
			verdict.Probes[i] = request.Probes[i].untilPassed(started, emit)
		}(i)
	}
	all.Wait()
	for _, last := range verdict.Probes {
		if last.State != "passed" {
			verdict.Verdict = "failed"
		}
	}
	verdict.ElapsedMs = time.Since(started).Milliseconds()
	emit(verdict)
	return verdict
}

// untilPassed tries at once, then often, then up to every 250 ms; what it saw is told when it changes.
func (p probe) untilPassed(started time.Time, emit func(any)) gateEvent {
	ctx, cancel := context.WithDeadline(context.Background(), started.Add(p.deadline()))
	defer cancel()
	last := gateEvent{Probe: p.ID}
	pause := p.firstInterval()
	for attempt := 1; ; attempt++ {
		seen := p.try(ctx)
		seen.Probe, seen.Attempts, seen.ElapsedMs = p.ID, attempt, time.Since(started).Milliseconds()
		overdue := ctx.Err() != nil && last.State != "" // cut short by the deadline: the one before says more
		if overdue {
			last.Attempts, last.ElapsedMs = attempt, seen.ElapsedMs
			return last
		}
		if seen.State != last.State || seen.Status != last.Status || seen.Error != last.Error {
			emit(seen)
		}
		last = seen
		if seen.State == "passed" {
			return last
		}
		select {
		case <-ctx.Done():
			return last
		case <-time.After(pause):
		}
		pause = min(pause*5/4, 250*time.Millisecond)
	}
}
