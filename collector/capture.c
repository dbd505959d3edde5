// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The course of a capture: attach, open the window, pass it, close it, name and write. */
#include "collector/capture_private.h"
#include "collector/now.h"
#include "collector/privileges.h"
#include "collector/relay.h"
#include "collector/urgency.h"

#include <errno.h>
#include <glib.h>

#define TICK_NS 200000000LL
#define SHORTEST_TICK_NS 5000000LL
/* That one file may take with what is fetched for it. */
#define DOWNLOAD_LIMIT_NS 120000000000LL

int capture__store_failed(struct capture *capture, int status)
{
	if (status && !*capture->error)
		*capture->error = g_strdup_printf("%s: %s", capture->path,
						  store_writer__error(capture->writer));
	return status;
}

struct pacing_time capture__time(const struct capture *capture)
{
	return (struct pacing_time){
		.now_ns = now__monotonic(),
		.cpu_ns = cost__cpu_now(),
		.reader_cpu_ns = elf_reader__cpu_ns(capture->reader),
	};
}

/* First of all: it forks, and engines have threads. */
static int start_reader(struct capture *capture)
{
	struct elf_reader_options options = {.debuginfod = capture->options->debuginfod};
	int status;

	if (options.debuginfod)
		options.time_limit_ns = DOWNLOAD_LIMIT_NS;
	/* Stacks wait for it. */
	urgency__raise();
	status = elf_reader__start(&capture->reader, &options, capture->error);
	urgency__restore(capture->was_nice);
	return status;
}

/* Why the capture ends now, or NULL. */
static const char *reason_to_end(const struct capture *capture, int64_t now_ns)
{
	bool all;

	if (capture->t1_ns && now_ns >= capture->t1_ns)
		return capture->relay_end ? capture->relay_end : "duration";
	if (capture->options->stop && *capture->options->stop)
		return "interrupt";
	all = target__has_ended(capture->target);
	/* Who is waited for now cannot be read any more when the window has been closed. */
	if (target__saw_end(capture->target))
		io_book__read_ended(capture->io, capture->books.roster);
	return all ? "target-exit" : NULL;
}

static void tell_progress(const struct capture *capture, int64_t now_ns, collector_progress_fn tell,
			  void *ctx)
{
	struct collector_progress progress = {
		.elapsed_ns = MAX(now_ns - capture->books.window.t0_ns, 0),
		.duration_ns = capture->options->duration_ns,
		.threads = roster__living(capture->books.roster),
		.bytes = store_writer__bytes(capture->writer),
	};

	if (tell)
		tell(ctx, &progress);
}

static int keep_budget(struct capture *capture, int64_t now_ns)
{
	struct pacing_time time;

	if (now_ns < pacing__due_ns(capture->pacing))
		return 0;
	time = capture__time(capture);
	return capture__store_failed(capture, pacing__tick(capture->pacing, &time));
}

static int pass_window(struct capture *capture, collector_progress_fn tell, void *ctx)
{
	const struct window *window = &capture->books.window;
	int64_t tick_ns = CLAMP(clock__patience_ns(capture->clock), SHORTEST_TICK_NS, TICK_NS);
	int64_t last_ns = 0;
	uint32_t flushed = 0;
	int relay_fd = capture->options->relay ? relay__fd(capture->options->relay) : -1;
	int status = 0;

	while (!status) {
		int64_t now_ns = now__monotonic();
		int64_t tick_end_ns = now_ns + tick_ns;
		uint32_t slice = now_ns > window->t0_ns ? window__slice(window, now_ns) : 0;

		capture->ended_by = reason_to_end(capture, now_ns);
		if (capture->ended_by)
			break;
		/* Whoever has started this one is gone: nobody takes over. */
		if (capture__obey(capture)) {
			capture->ended_by = "interrupt";
			break;
		}
		status = keep_budget(capture, now_ns);
		if (!status)
			status = capture__drain(capture, last_ns);
		last_ns = now_ns - ENGINE_LAG_NS;
		if (!status)
			status = capture__update_stack_period(capture);
		/* The slice before this one may still get records that are on their way. */
		if (!status && slice > flushed + 1) {
			flushed = slice - 1;
			status = capture__flush(capture, flushed, INT64_MAX);
		}
		tell_progress(capture, now_ns, tell, ctx);
		if (capture->t1_ns)
			tick_end_ns = MIN(tick_end_ns, capture->t1_ns);
		tick_end_ns = MIN(tick_end_ns, pacing__due_ns(capture->pacing));
		target__wait(capture->target, engine__fd(capture->engine), relay_fd,
			     tick_end_ns - now__monotonic());
	}
	return status;
}

static int open_target(struct capture *capture)
{
	const struct collector_options *options = capture->options;

	if (options->target) {
		capture->target = options->target;
		return 0;
	}
	if (options->command)
		return target__of_command(&capture->target, options->command, capture->error);
	return target__of_pids(&capture->target, options->pids, options->pid_count, capture->error);
}

static int record(struct capture *capture, collector_progress_fn tell, void *ctx,
		  struct collector_result *result)
{
	const struct collector_options *options = capture->options;
	int status = privileges__check(options->engine, options->pids, options->pid_count,
				       capture->error);

	if (!status)
		status = start_reader(capture);
	if (!status)
		status = open_target(capture);
	if (status)
		return status;
	urgency__raise(); /* not before the command is there, which is not urgent */
	capture->path = options->output ? g_strdup(options->output)
					: target__file_name(capture->target);
	status = store_writer__create(&capture->writer, capture->path, options->replace,
				      capture->error);
	if (!status)
		status = capture__attach(capture);
	if (!status)
		status = capture__open_window(capture);
	if (status)
		return status;
	capture->opened = true;
	status = pass_window(capture, tell, ctx);
	if (!status)
		status = capture__close_window(capture);
	if (!status) {
		struct pacing_time time;

		capture__tell_end(capture);
		time = capture__time(capture);
		capture->cost.window_cpu_ns = time.cpu_ns + time.reader_cpu_ns - capture->cpu_at_t0;
		status = capture__finish(capture, &result->losses);
	}
	return status;
}

static void free_parts(struct capture *capture)
{
	pacing__free(capture->pacing);
	engine__close(capture->engine);
	clock__close(capture->clock);
	longest__free(capture->books.longest);
	lock_book__free(capture->books.locks);
	probe_book__free(capture->books.calls);
	tally__free(capture->books.tally);
	stack_table__free(capture->books.stacks);
	io_book__free(capture->io);
	roster__free(capture->books.roster);
	record_queue__free(capture->arrived);
	record_queue__free(capture->queue);
	modules__free(capture->modules);
	elf_reader__stop(capture->reader);
	kallsyms__free(capture->kallsyms);
	target__free(capture->target);
	g_array_free(capture->pids, TRUE);
	g_array_free(capture->unfollowed, TRUE);
	g_free(capture->engine_name);
	g_free(capture->engine_why);
	g_free(capture->points);
	g_free(capture->path);
}

int collector__run(const struct collector_options *options, collector_progress_fn progress,
		   void *ctx, struct collector_result *result, char **error)
{
	struct capture capture = {
		.options = options,
		.error = error,
		.was_nice = urgency__now(),
		.pids = g_array_new(FALSE, FALSE, sizeof(pid_t)),
		.unfollowed = g_array_new(FALSE, FALSE, sizeof(pid_t)),
	};
	int status;

	*error = NULL;
	*result = (struct collector_result){0};
	status = record(&capture, progress, ctx, result);
	if (!status) {
		result->threads = roster__count(capture.books.roster);
		result->bytes = store_writer__bytes(capture.writer);
		status = store_writer__close(capture.writer, capture.t1_ns, capture.ended_by,
					     pacing__stack_period_ns(capture.pacing), error);
	} else if (capture.writer) {
		store_writer__abandon(capture.writer, !capture.opened);
	}
	if (!status) {
		result->path = g_strdup(capture.path);
		result->engine = g_strdup(capture.engine_name);
		result->why = g_strdup(capture.engine_why);
		result->points = g_strdup(capture.points);
		result->window_ns = capture.t1_ns - capture.books.window.t0_ns;
		result->taken_share = cost__share(&capture.cost, result->window_ns);
		result->budget_share = capture.cost.budget_share;
		result->over_budget = capture.cost.over_budget > 0;
		result->command_pid = target__command_pid(capture.target);
		result->command_runs = !target__status(capture.target, &result->command_status);
	}
	free_parts(&capture);
	urgency__restore(capture.was_nice);
	return status;
}
