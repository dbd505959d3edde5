/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* One window of a flight recorder, in its own process. */
#ifndef WALLFLAME_CLI_FLIGHT_WINDOW_H
#define WALLFLAME_CLI_FLIGHT_WINDOW_H

#include "cli/flight.h"
#include "collector/relay.h"

/*
 * Records the window, judges its file and sends a RELAY_RESULT; options->relay and ->target are
 * set. The result is two strings, each with its NUL: all conditions that held, and the word of the
 * first one; both are empty where none did. Errors are told. Returns the exit status of the
 * process; without a result and with success there was to be no window.
 */
int flight_window__record(const struct collector_options *options, const struct flight_plan *plan);

#endif
