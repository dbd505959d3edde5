// SPDX-License-Identifier: GPL-2.0-only OR MIT

package main

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// A worker is one goroutine: it counts what it did, for itself.
type worker struct {
	index      int64
	quota      int64
	operations int64
	spent      time.Duration // in operations
	latency    latency
	parts      [partKinds]time.Duration
	reads      int64
	bytes      int64
}

const (
	partOpen = iota
	partRead
	partClose
	partKinds
)

func (w *worker) count(d time.Duration) {
	w.operations++
	w.spent += d
	w.latency.add(d)
}

// more says whether there is another operation to do.
func (w *worker) more(ctx context.Context) bool {
	return w.operations < w.quota && ctx.Err() == nil
}

// share is how many of the operations are for worker index of count.
func share(operations, count, index int64) int64 {
	if operations == unlimited {
		return unlimited
	}
	part := operations / count
	if index < operations%count {
		part++
	}
	return part
}

// runTeam runs the work in that many goroutines at a time, until all have ended; the first error ends the
// others early.
func runTeam(ctx context.Context, count, operations int64,
	work func(context.Context, *worker) error) ([]*worker, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var group sync.WaitGroup
	var once sync.Once
	var first error
	team := make([]*worker, count)
	for i := range team {
		w := &worker{index: int64(i), quota: share(operations, count, int64(i))}
		team[i] = w
		group.Add(1)
		go func() {
			defer group.Done()
			if err := work(ctx, w); err != nil {
				once.Do(func() {
					first = err
					stop()
				})
			}
		}()
	}
	group.Wait()
	return team, first
}

// sum is what all did together.
func sum(team []*worker) *worker {
	all := &worker{}
	for _, w := range team {
		all.operations += w.operations
		all.spent += w.spent
		all.reads += w.reads
		all.bytes += w.bytes
		for i := range w.parts {
			all.parts[i] += w.parts[i]
		}
		all.latency.merge(&w.latency)
	}
	return all
}

func perGoroutine(name string, team []*worker) []figures {
	rows := make([]figures, len(team))
	for i, w := range team {
		rows[i].add("name", fmt.Sprintf("%s/%d", name, w.index))
		rows[i].add("operations", w.operations)
		rows[i].add("operation_ns", int64(w.spent))
		if w.latency.count > 0 {
			rows[i].addRanks(&w.latency)
		}
	}
	return rows
}
