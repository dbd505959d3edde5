// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "cli/command.h"
#include "cli/flight.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/say.h"
#include "collector/collector.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A prime, so that it does not march in step with other timers. Each sample is an interrupt, which
 * in a virtual machine takes up to 25 us (docs/budget.md). */
#define DEFAULT_HZ 199
#define DEFAULT_SECONDS 10
/* Windows of a flight recorder. */
#define FLIGHT_KEEP 10
#define FLIGHT_KEEP_TRIGGERED 30
#define LEAST_KEEP_TRIGGERED 3 /* one before, the one that a trigger keeps, one after */
#define MOST_KEPT 1000000
/* Percent of the time in which system calls are counted: what a program that does nothing else
 * hardly notices (docs/system-calls.md). */
#define DEFAULT_CALLS 1
#define LEAST_CALLS 0.01
#define MOST_CALLS (COLLECTOR_MAX_SYSCALL_SHARE_PPM / 1e4)
/* Seconds. */
#define SHORTEST 0.001
#define SHORTEST_ROTATION 1.0
#define SHORTEST_SLICE 0.1 /* what is not much more than a tick of the collector */
#define LONGEST 86400.0 /* a day */
/* Per cent of all CPUs. */
#define LEAST_BUDGET 0.01
#define MOST_BUDGET 100.0

static void help(FILE *out)
{
	fprintf(out,
		"Usage: wallflame record -p PID[,PID...] [OPTIONS]\n"
		"       wallflame record [OPTIONS] -- COMMAND [ARGS...]\n\n"
		"Captures where every thread's time goes, into one file.\n\n"
		"  -p, --pid PID,...    processes that run already, with the children they fork\n"
		"  -d, --duration S     seconds (default: %d with -p, else until COMMAND ends);\n"
		"                       a COMMAND that outlives them runs on\n"
		"  -o, --output FILE    default: wallflame-<comm>-<pid>-<UTC time>.db\n"
		"      --slice S        seconds: times are summed by slices of the window "
		"(default: 1);\n"
		"                       `wallflame diff` wants five and more of a capture\n"
		"      --force          replace FILE if it exists (not with --rotate)\n"
		"  -F, --frequency HZ   samples a second of each CPU, %d to %d (default: %d)\n"
		"      --calls PERCENT  of the time in which system calls are counted (default: "
		"%d; "
		"0: never)\n"
		"      --budget PERCENT what the capture may take of all CPUs (default: 1). "
		"Samples "
		"are\n"
		"                       drawn more thinly where it takes more. When asked for, the "
		"exact\n"
		"                       ledger is bounded as well if it alone is too dear: its "
		"times "
		"are\n"
		"                       sampled then, with intervals (docs/budget.md)\n"
		"      --engine NAME    auto (default), bpf, or perf: for hosts that grant no BPF\n"
		"      --backend NAME   how probe points are reached: auto (default), fentry, "
		"kprobe\n"
		"                       or tracepoint\n"
		"      --debuginfod     fetch debug files from the servers in DEBUGINFOD_URLS\n"
		"  -q, --quiet          no progress and no closing lines\n"
		"Flight recorder: windows that follow each other, a file each\n"
		"(docs/flight-recorder.md):\n"
		"      --rotate LENGTH  of a window: 60s, 5m, 1h; -d is that of the run (default:\n"
		"                       until it is ended); FILE, or a directory, becomes\n"
		"                       FILE-<UTC time>.db\n"
		"      --keep N         the newest windows stay (default: %d)\n"
		"      --trigger WHEN   keeps the windows around a bad moment, too; may be given\n"
		"                       several times: SIGUSR1, runqueue>20ms, cause:lock>30%%,\n"
		"                       cause:lock/futex>1.5s, openat>100ms\n"
		"      --keep-triggered N\n"
		"                       so many of them (3 or more, default: %d), then the oldest\n"
		"                       rotate like the others\n"
		"  -h, --help           this text\n\n"
		"Ctrl-C ends the capture early and keeps it. The exit status of COMMAND is passed "
		"on\n"
		"when nothing else failed. Best as root; docs/engines.md says what is seen with "
		"less.\n"
		"--engine bpf needs CAP_BPF, CAP_PERFMON and, for other users' processes,\n"
		"CAP_SYS_PTRACE; --engine perf uses CAP_PERFMON where it is there.\n",
		DEFAULT_SECONDS, COLLECTOR_MIN_HZ, COLLECTOR_MAX_HZ, DEFAULT_HZ, DEFAULT_CALLS,
		FLIGHT_KEEP, FLIGHT_KEEP_TRIGGERED);
}

struct request {
	struct collector_options options;
	struct flight_plan flight;
	pid_t *pids;
	bool helped;
};

static int parse_calls(const char *text, uint32_t *ppm)
{
	double percent;

	if (options__percent_or_0("record", "--calls", text, LEAST_CALLS, MOST_CALLS, &percent))
		return -1;
	*ppm = (uint32_t)lround(percent * 1e4);
	return 0;
}

static int parse_engine(const char *text, enum engine_choice *engine)
{
	static const char *const names[] = {
		[ENGINE_AUTO] = "auto",
		[ENGINE_BPF] = "bpf",
		[ENGINE_PERF] = "perf",
		NULL,
	};
	int index;

	if (options__name("record", "--engine", text, names, &index))
		return -1;
	*engine = (enum engine_choice)index;
	return 0;
}

static int parse_backend(const char *text, enum backend_choice *backend)
{
	static const char *const names[] = {
		[BACKEND_CHOICE_AUTO] = "auto",
		[BACKEND_CHOICE_FENTRY] = "fentry",
		[BACKEND_CHOICE_KPROBE] = "kprobe",
		[BACKEND_CHOICE_TRACEPOINT] = "tracepoint",
		NULL,
	};
	int index;

	if (options__name("record", "--backend", text, names, &index))
		return -1;
	*backend = (enum backend_choice)index;
	return 0;
}

/* Words without a letter. */
enum {
	OPTION_ROTATE = 256,
	OPTION_KEEP,
	OPTION_TRIGGER,
	OPTION_KEEP_TRIGGERED,
};

static int parse_trigger(const char *text, struct flight_plan *plan)
{
	struct condition **more;
	char *error = NULL;

	if (!strcmp(text, "SIGUSR1")) {
		plan->on_signal = true;
		return 0;
	}
	more = reallocarray(plan->conditions, plan->condition_count + 1,
			    sizeof(struct condition *));
	if (!more) {
		say_failure("%s", strerror(ENOMEM));
		return -1;
	}
	plan->conditions = more;
	if (condition__parse(&more[plan->condition_count], text, &error)) {
		say_usage("record", "--trigger: %s", error);
		free(error);
		return -1;
	}
	plan->condition_count++;
	return 0;
}

static int parse_flight(int letter, struct flight_plan *plan)
{
	switch (letter) {
	case OPTION_ROTATE:
		return options__length("record", "--rotate", optarg, SHORTEST_ROTATION, LONGEST,
				       &plan->rotate_ns);
	case OPTION_KEEP:
		return options__whole("record", "--keep", optarg, 1, MOST_KEPT, &plan->keep);
	case OPTION_TRIGGER:
		return parse_trigger(optarg, plan);
	default:
		return options__whole("record", "--keep-triggered", optarg, LEAST_KEEP_TRIGGERED,
				      MOST_KEPT, &plan->keep_triggered);
	}
}

/* Fills in what was not given. */
static int complete_flight(struct flight_plan *plan, bool replace)
{
	bool triggers = plan->condition_count || plan->on_signal;

	if (!plan->rotate_ns && (plan->keep || plan->keep_triggered || triggers)) {
		say_usage("record", "--keep, --trigger and --keep-triggered go with --rotate");
		return -1;
	}
	if (plan->keep_triggered && !triggers) {
		say_usage("record", "--keep-triggered goes with --trigger");
		return -1;
	}
	if (plan->rotate_ns && replace) {
		say_usage("record", "--force does not go with --rotate: each window has a name of "
				    "its own, and nothing is replaced");
		return -1;
	}
	if (!plan->keep)
		plan->keep = FLIGHT_KEEP;
	if (!plan->keep_triggered)
		plan->keep_triggered = FLIGHT_KEEP_TRIGGERED;
	return 0;
}

static int parse_option(int letter, struct request *request)
{
	struct collector_options *options = &request->options;
	double percent;
	long hz;

	switch (letter) {
	case 'p':
		return options__pids("record", "--pid", optarg, &request->pids,
				     &options->pid_count);
	case 'd':
		return options__seconds("record", "--duration", optarg, SHORTEST, LONGEST,
					&options->duration_ns);
	case 'F':
		if (options__whole("record", "--frequency", optarg, COLLECTOR_MIN_HZ,
				   COLLECTOR_MAX_HZ, &hz))
			return -1;
		options->sample_hz = (int)hz;
		options->keeps_hz = true;
		return 0;
	case 'B':
		if (options__percent("record", "--budget", optarg, LEAST_BUDGET, MOST_BUDGET,
				     &percent))
			return -1;
		options->budget_share = percent / 100;
		return 0;
	case 'e':
		return parse_engine(optarg, &options->engine);
	case 'b':
		return parse_backend(optarg, &options->backend);
	case 's':
		return options__seconds("record", "--slice", optarg, SHORTEST_SLICE, LONGEST,
					&options->slice_ns);
	case 'c':
		return parse_calls(optarg, &options->syscall_share_ppm);
	case 'o':
		options->output = optarg;
		return 0;
	case 'f':
		options->replace = true;
		return 0;
	case 'D':
		options->debuginfod = true;
		return 0;
	case 'q':
		request->flight.quiet = true;
		return 0;
	case OPTION_ROTATE:
	case OPTION_KEEP:
	case OPTION_TRIGGER:
	case OPTION_KEEP_TRIGGERED:
		return parse_flight(letter, &request->flight);
	default:
		help(stdout);
		request->helped = true;
		return 0;
	}
}

/* Returns 0, or -1 with the error told. */
static int parse(int argc, char **argv, struct request *request)
{
	static const struct option words[] = {
		{"pid", required_argument, NULL, 'p'},
		{"duration", required_argument, NULL, 'd'},
		{"output", required_argument, NULL, 'o'},
		{"budget", required_argument, NULL, 'B'},
		{"engine", required_argument, NULL, 'e'},
		{"calls", required_argument, NULL, 'c'},
		{"slice", required_argument, NULL, 's'},
		{"force", no_argument, NULL, 'f'},
		{"backend", required_argument, NULL, 'b'},
		{"debuginfod", no_argument, NULL, 'D'},
		{"frequency", required_argument, NULL, 'F'},
		{"quiet", no_argument, NULL, 'q'},
		{"rotate", required_argument, NULL, OPTION_ROTATE},
		{"keep", required_argument, NULL, OPTION_KEEP},
		{"trigger", required_argument, NULL, OPTION_TRIGGER},
		{"keep-triggered", required_argument, NULL, OPTION_KEEP_TRIGGERED},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	struct collector_options *options = &request->options;
	int letter;

	while (!request->helped &&
	       (letter = options__next("record", argc, argv, "+:p:d:o:F:qh", words)) != OPTIONS_END)
		if (letter == OPTIONS_WRONG || parse_option(letter, request))
			return -1;
	if (request->helped)
		return 0;
	options->pids = request->pids;
	if (optind < argc)
		options->command = argv + optind;
	if (!options->command == !options->pid_count) {
		say_usage("record", options->command
					    ? "give processes with -p or a COMMAND, not both"
					    : "give processes with -p, or -- COMMAND");
		return -1;
	}
	if (options->output && !*options->output) {
		say_usage("record", "--output wants a file name, not ''");
		return -1;
	}
	if (complete_flight(&request->flight, options->replace))
		return -1;
	if (!options->command && !options->duration_ns && !request->flight.rotate_ns)
		options->duration_ns = DEFAULT_SECONDS * 1000000000LL;
	return 0;
}

static void tell_result(const struct collector_result *result)
{
	fprintf(stderr, "%s: %.2f s of %zu threads, %" PRId64 " kB; ", result->path,
		(double)result->window_ns / 1e9, result->threads, result->bytes / 1000);
	if (result->losses)
		fprintf(stderr, "%" PRId64 " losses and gaps, told by the report\n",
			result->losses);
	else
		fputs("nothing lost\n", stderr);
	fprintf(stderr, "probe points: %s\n", result->points);
	if (result->over_budget)
		fprintf(stderr,
			"took %.1f %% of all CPUs, more than its budget of %g %%; docs/budget.md "
			"says what can be done\n",
			result->taken_share * 100, result->budget_share * 100);
	if (result->why)
		fprintf(stderr, "by %s, because of %s\n", result->engine, result->why);
}

static void tell_command(const struct collector_result *result)
{
	if (result->command_pid && result->command_runs)
		fprintf(stderr, "the command runs on as process %d\n", result->command_pid);
}

static int command_exit(const struct collector_result *result)
{
	if (!result->command_pid || result->command_runs)
		return EXIT_SUCCESS;
	if (WIFSIGNALED(result->command_status))
		return 128 + WTERMSIG(result->command_status); /* as a shell has it */
	return WEXITSTATUS(result->command_status);
}

static int capture(const struct request *request)
{
	struct progress progress = {.shown = !request->flight.quiet && isatty(STDERR_FILENO)};
	struct collector_result result;
	char *error = NULL;
	int status = collector__run(&request->options, progress__show, &progress, &result, &error);

	progress__clear(&progress);
	if (status) {
		say_failure("record: %s", error);
		free(error);
		return EXIT_FAILURE;
	}
	if (!request->flight.quiet) {
		tell_result(&result);
		tell_command(&result);
	}
	free(result.path);
	free(result.engine);
	free(result.why);
	free(result.points);
	return command_exit(&result);
}

static int fly(const struct request *request)
{
	struct collector_result result = {0};
	int status = flight__run(&request->options, &request->flight, &result);

	if (!request->flight.quiet)
		tell_command(&result);
	return status ? EXIT_FAILURE : command_exit(&result);
}

static int run(int argc, char **argv, const volatile sig_atomic_t *stop)
{
	struct request request = {.options = {.sample_hz = DEFAULT_HZ,
					      .slice_ns = COLLECTOR_SLICE_NS,
					      .syscall_share_ppm = DEFAULT_CALLS * 10000,
					      .stop = stop}};
	int status = parse(argc, argv, &request) ? EXIT_USAGE : EXIT_SUCCESS;

	if (!status && !request.helped)
		status = request.flight.rotate_ns ? fly(&request) : capture(&request);
	flight_plan__release(&request.flight);
	free(request.pids);
	return status;
}

const struct command command_record = {
	.name = "record",
	.summary = "capture running processes or a command",
	.help = help,
	.run = run,
};
