// SPDX-License-Identifier: GPL-2.0-only OR MIT

package main

import (
	"context"
	"os"
	"time"
)

// openAll gives what can be read and, where that is another end, written.
func (p *phase) openAll(s *scratch, count int64) (readers, writers []*os.File, err error) {
	for i := int64(0); i < count; i++ {
		read, write, err := p.open(s, i)
		if err != nil {
			closeAll(readers)
			closeAll(writers)
			return nil, nil, err
		}
		readers = append(readers, read)
		if write != nil {
			writers = append(writers, write)
		}
	}
	return readers, writers, nil
}

func (p *phase) run(ctx context.Context, s *scratch, o *options, length time.Duration) (figures,
	*worker, error) {
	readers, writers, err := p.openAll(s, o.goroutines)
	if err != nil {
		return nil, nil, err
	}
	defer closeAll(readers)
	row := figures{}
	row.add("name", p.name)
	v, err := judge(readers)
	if err != nil {
		closeAll(writers)
		return nil, nil, err
	}
	row.addVerdict(&v)
	timed, stop := context.WithTimeout(ctx, length)
	defer stop()
	fed := make(chan struct{})
	go feedIfAny(timed, writers, fed)
	all, err := p.measure(timed, o, readers, &row)
	stop()
	<-fed
	return row, all, err
}

// measure does the work and adds to the row what the kernel booked meanwhile.
func (p *phase) measure(ctx context.Context, o *options, files []*os.File, row *figures) (*worker, error) {
	begin, err := readBooks()
	if err != nil {
		return nil, err
	}
	threads, err := taskCount()
	if err != nil {
		return nil, err
	}
	team, err := p.work(ctx, o, files)
	if err != nil {
		return nil, err
	}
	end, err := readBooks()
	if err != nil {
		return nil, err
	}
	after, err := taskCount()
	if err != nil {
		return nil, err
	}
	all := sum(team)
	row.add("reads", all.reads)
	row.add("read_ns", int64(all.spent))
	if all.latency.count > 0 {
		row.addRanks(&all.latency)
	}
	row.add("threads_before", threads)
	row.add("threads_after", after)
	row.addSince(&begin, &end)
	return all, nil
}

func feedIfAny(ctx context.Context, writers []*os.File, done chan<- struct{}) {
	if len(writers) == 0 {
		close(done)
		return
	}
	feed(ctx, writers, done)
}

// work reads from each file in a goroutine of its own; where there is nothing to read it waits for the
// end.
func (p *phase) work(ctx context.Context, o *options, files []*os.File) ([]*worker, error) {
	if p.read == nil {
		if o.operations != unlimited {
			quiet, stop := context.WithTimeout(ctx, quietLength)
			defer stop()
			ctx = quiet
		}
		<-ctx.Done()
		return nil, nil
	}
	return runTeam(ctx, o.goroutines, o.operations, func(ctx context.Context, w *worker) error {
		return p.read(ctx, w, files[w.index])
	})
}
