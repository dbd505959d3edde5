// SPDX-License-Identifier: GPL-2.0-only OR MIT

package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// askEpoll asks the kernel itself, with an epoll instance of our own, to watch the descriptor.
// It gives what epoll_ctl(2) said: nil, EPERM or another error.
func askEpoll(epfd, fd int) error {
	event := syscall.EpollEvent{Events: syscall.EPOLLIN}
	return syscall.EpollCtl(epfd, syscall.EPOLL_CTL_ADD, fd, &event)
}

// deadlineRefused: only what is in the runtime's poller can have a deadline
// (internal/poll/fd_poll_runtime.go, setDeadlineImpl).
func deadlineRefused(f *os.File) bool {
	return errors.Is(f.SetReadDeadline(time.Time{}), os.ErrNoDeadline)
}

// watched gives the descriptors that the epoll instances of this process watch, ours left out, as
// the kernel lists them (fs/eventpoll.c, ep_show_fdinfo).
func watched(ours int) (map[int]bool, error) {
	links, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		return nil, err
	}
	found := map[int]bool{}
	for _, link := range links {
		var fd int
		if _, err := fmt.Sscan(filepath.Base(link), &fd); err != nil || fd == ours {
			continue
		}
		if to, err := os.Readlink(link); err != nil || to != "anon_inode:[eventpoll]" {
			continue
		}
		if err := readWatched(fd, found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func readWatched(epfd int, found map[int]bool) error {
	f, err := os.Open(fmt.Sprintf("/proc/self/fdinfo/%d", epfd))
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var fd int
		if !strings.HasPrefix(lines.Text(), "tfd:") {
			continue
		}
		if _, err := fmt.Sscanf(lines.Text(), "tfd: %d", &fd); err != nil {
			return err
		}
		found[fd] = true
	}
	return lines.Err()
}

// A verdict is what the poller made of files of one kind.
type verdict struct {
	files, eperm, accepted, refused, inPoller int64
}

func judge(files []*os.File) (verdict, error) {
	v := verdict{files: int64(len(files))}
	epfd, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return v, os.NewSyscallError("epoll_create1", err)
	}
	defer syscall.Close(epfd)
	found, err := watched(epfd)
	if err != nil {
		return v, err
	}
	for _, f := range files {
		err := withDescriptor(f, func(fd int) error {
			if found[fd] {
				v.inPoller++
			}
			return askEpoll(epfd, fd)
		})
		switch {
		case err == nil:
			v.accepted++
		case errors.Is(err, syscall.EPERM):
			v.eperm++
		default:
			return v, err
		}
		if deadlineRefused(f) {
			v.refused++
		}
	}
	return v, nil
}

func (f *figures) addVerdict(v *verdict) {
	f.add("files", v.files)
	f.add("epoll_ctl_eperm", v.eperm)
	f.add("epoll_ctl_accepted", v.accepted)
	f.add("deadline_refused", v.refused)
	f.add("in_runtime_poller", v.inPoller)
}
