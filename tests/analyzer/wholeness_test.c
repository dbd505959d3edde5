// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* How much of their user half stacks show, by the weight of the evidence. */
#include "book.h"

#include <math.h>

#define READ 0

/* A draw of `weight` ns, all of them one stratum's. */
static void draw(struct book *book, store_id thread, enum store_state state, const char *stack,
		 double weight, double runqueue_weight)
{
	bool running = state == STATE_RUNNING;

	book__evidence(book, (struct store_evidence){
				     .thread = thread,
				     .slice = 1,
				     .state = state,
				     .syscall = running ? SYSCALL_NONE : READ,
				     .class = running ? 0 : 10,
				     .stack = book__stack(book, stack),
				     .futex_op = FUTEX_OP_NONE,
				     .count = 1,
				     .ns = 1,
				     .runqueue_ns = runqueue_weight > 0,
				     .weight = weight,
				     .runqueue_weight = runqueue_weight,
			     });
}

static void weights_are_summed(void **state)
{
	struct book *book = book__open(1);
	store_id thread = book__thread(book, 1);
	const struct user_halves *halves;
	struct analysis *analysis;

	(void)state;
	draw(book, thread, STATE_RUNNING, "main;work", 50, 0);
	draw(book, thread, STATE_RUNNING, "[broken stack];work", 30, 0);
	draw(book, thread, STATE_INTERRUPTIBLE, "main;read|ksys_read;schedule", 500, 20);
	draw(book, thread, STATE_IO_WAIT, "[truncated];f;g|ksys_read", 200, 0);
	draw(book, thread, STATE_INTERRUPTIBLE, "[user stack not walked];|schedule", 100, 0);
	draw(book, thread, STATE_INTERRUPTIBLE, "read|@pipe_read", 60, 0);
	draw(book, thread, STATE_INTERRUPTIBLE, "[on the moon];main|schedule", 40, 0);
	/* The kernel's own. */
	draw(book, thread, STATE_INTERRUPTIBLE, "|kthread;schedule", 7000, 7000);
	analysis = book__analyze(book);

	halves = &analysis->user_stacks[SIDE_ON_CPU];
	assert_near(halves->weight, 80);
	assert_near(halves->share[USER_HALF_WHOLE], 50.0 / 80);
	assert_near(halves->share[USER_HALF_BROKEN], 30.0 / 80);
	halves = &analysis->user_stacks[SIDE_OFF_CPU];
	assert_near(halves->weight, 920);
	assert_near(halves->share[USER_HALF_WHOLE], 520.0 / 920);
	assert_near(halves->share[USER_HALF_TRUNCATED], 200.0 / 920);
	assert_near(halves->share[USER_HALF_BROKEN], 0);
	assert_near(halves->share[USER_HALF_NOT_WALKED], 100.0 / 920);
	assert_near(halves->share[USER_HALF_PLACE_ONLY], 60.0 / 920);
	assert_near(halves->share[USER_HALF_OTHER], 40.0 / 920);
	halves = &analysis->user_stacks[SIDE_BOTH];
	assert_near(halves->weight, 1000);
	assert_near(halves->share[USER_HALF_WHOLE], 0.57);
	assert_near(halves->share[USER_HALF_BROKEN], 0.03);
	analysis__free(analysis);
	book__free(book);
}

static const struct {
	enum store_state state;
	enum user_half half; /* USER_HALF_COUNT: there is no user half */
	const char *stack;
} examples[] = {
	{STATE_RUNNING, USER_HALF_WHOLE, "main"},
	{STATE_RUNNING, USER_HALF_WHOLE, "?"},
	{STATE_RUNNING, USER_HALF_WHOLE, "main^f^g"},
	{STATE_RUNNING, USER_HALF_WHOLE, "main|@schedule"},
	{STATE_INTERRUPTIBLE, USER_HALF_WHOLE, "main|ksys_read"},
	{STATE_INTERRUPTIBLE, USER_HALF_WHOLE, "main;read|@pipe_read"},
	{STATE_INTERRUPTIBLE, USER_HALF_WHOLE, "main;read"},
	{STATE_PREEMPTED, USER_HALF_WHOLE, "main|ksys_read;@schedule"},
	{STATE_INTERRUPTIBLE, USER_HALF_WHOLE, "main;read|[truncated];schedule"},
	{STATE_INTERRUPTIBLE, USER_HALF_RECALLED, "main;read;[user stack as last walked]|schedule"},
	{STATE_INTERRUPTIBLE, USER_HALF_RECALLED, "read;[user stack as last walked]|schedule"},
	{STATE_INTERRUPTIBLE, USER_HALF_PLACE_ONLY, "read"},
	{STATE_INTERRUPTIBLE, USER_HALF_PLACE_ONLY, "read^inlined|@pipe_read"},
	{STATE_INTERRUPTIBLE, USER_HALF_TRUNCATED, "[truncated];read|@pipe_read"},
	{STATE_RUNNING, USER_HALF_BROKEN, "[broken stack];|schedule"},
	{STATE_RUNNING, USER_HALF_COUNT, "[truncated];|schedule"},
	{STATE_RUNNING, USER_HALF_COUNT, "[kernel callers not walked];|dput"},
	{STATE_RUNNING, USER_HALF_COUNT, "[note]"},
	{STATE_INTERRUPTIBLE, USER_HALF_COUNT, "|@schedule"},
};

static void every_stack_has_its_half(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(examples); i++) {
		struct book *book = book__open(1);
		struct analysis *analysis;
		const struct user_halves *both;

		draw(book, book__thread(book, 1), examples[i].state, examples[i].stack, 5, 0);
		analysis = book__analyze(book);
		both = &analysis->user_stacks[SIDE_BOTH];
		if ((both->weight > 0) != (examples[i].half != USER_HALF_COUNT))
			fail_msg("weight %g: %s", both->weight, examples[i].stack);
		for (int half = 0; half < USER_HALF_COUNT; half++) {
			if (both->share[half] != (half == (int)examples[i].half))
				fail_msg("%s %g: %s", user_half__name((enum user_half)half),
					 both->share[half], examples[i].stack);
		}
		analysis__free(analysis);
		book__free(book);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(weights_are_summed),
		cmocka_unit_test(every_stack_has_its_half),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
