// SPDX-License-Identifier: GPL-2.0-only OR MIT

package main

import (
	"os"
	"sync"
	"syscall"
	"time"
)

const taskInterval = 10 * time.Millisecond

// tasks looks how many threads there are, again and again: the runtime adds some when goroutines
// block in system calls.
type tasks struct {
	begin   time.Time
	first   int64
	most    int64
	changes [][2]int64 // since the beginning in ns, threads from then on
	end     chan struct{}
	ended   sync.WaitGroup
	err     error
}

// taskCount reads a single number: each task is a link of its directory (fs/proc/base.c,
// proc_task_getattr), beside those of any directory.
func taskCount() (int64, error) {
	var st syscall.Stat_t
	if err := syscall.Stat("/proc/self/task", &st); err != nil {
		return 0, &os.PathError{Op: "stat", Path: "/proc/self/task", Err: err}
	}
	return int64(st.Nlink) - 2, nil
}

func watchTasks() (*tasks, error) {
	count, err := taskCount()
	if err != nil {
		return nil, err
	}
	t := &tasks{begin: time.Now(), first: count, end: make(chan struct{})}
	t.note(count)
	t.ended.Add(1)
	go t.watch()
	return t, nil
}

func (t *tasks) note(count int64) {
	if n := len(t.changes); n > 0 && t.changes[n-1][1] == count {
		return
	}
	t.changes = append(t.changes, [2]int64{int64(time.Since(t.begin)), count})
	if count > t.most {
		t.most = count
	}
}

func (t *tasks) watch() {
	defer t.ended.Done()
	ticker := time.NewTicker(taskInterval)
	defer ticker.Stop()
	for {
		select {
		case <-t.end:
			return
		case <-ticker.C:
		}
		count, err := taskCount()
		if err != nil {
			t.err = err
			return
		}
		t.note(count)
	}
}

// stop ends the watch; what it saw may be read then.
func (t *tasks) stop() error {
	close(t.end)
	t.ended.Wait()
	return t.err
}

func (f *figures) addTasks(t *tasks) {
	f.add("threads_before", t.first)
	f.add("threads_most", t.most)
	f.add("threads_added", t.most-t.first)
	f.add("threads_by_ns", t.changes)
}
