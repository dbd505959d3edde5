// SPDX-License-Identifier: GPL-2.0-only OR MIT

package main

import (
	"math"
	"math/bits"
	"time"
)

const (
	stepBits    = 5
	steps       = 1 << stepBits
	latencyBins = (64 - stepBits) << stepBits
)

// Durations in the same bins as those of the C workloads (workloads/latency.c): a 32nd of a power of two
// wide; the maximum is exact.
type latency struct {
	count int64
	max   int64
	bins  [latencyBins]uint32
}

// The first 2*steps bins are a nanosecond wide; from there the width doubles.
func binOf(ns uint64) int {
	if ns < steps {
		return int(ns)
	}
	shift := 63 - bits.LeadingZeros64(ns) - stepBits
	return shift*steps + int(ns>>shift)
}

// binEnd is the least duration above the bin.
func binEnd(bin int) int64 {
	shift := 0
	if bin >= steps {
		shift = bin/steps - 1
	}
	return int64(uint64(bin-shift*steps+1) << shift)
}

func (l *latency) add(d time.Duration) {
	ns := int64(d)
	if ns < 0 {
		ns = 0
	}
	l.bins[binOf(uint64(ns))]++
	l.count++
	if ns > l.max {
		l.max = ns
	}
}

func (l *latency) merge(from *latency) {
	for i := range l.bins {
		l.bins[i] += from.bins[i]
	}
	l.count += from.count
	if from.max > l.max {
		l.max = from.max
	}
}

// at is the duration that the share rank of all is not above, in ns.
func (l *latency) at(rank float64) int64 {
	wanted := int64(math.Floor(rank*float64(l.count) + 0.5))
	seen := int64(0)
	for bin, n := range l.bins {
		seen += int64(n)
		if seen > 0 && seen >= wanted {
			if end := binEnd(bin) - 1; end < l.max {
				return end
			}
			break
		}
	}
	return l.max
}

// histogram gives pairs of what the durations are below, in ns, and how many there were.
func (l *latency) histogram() [][2]int64 {
	pairs := [][2]int64{}
	for bin, n := range l.bins {
		if n > 0 {
			pairs = append(pairs, [2]int64{binEnd(bin), int64(n)})
		}
	}
	return pairs
}
