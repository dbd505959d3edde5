// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/unwind_step.h"

#include <errno.h>

#define BIT(number) (1U << (number))

static bool is_known(const struct unwind_registers *registers, uint8_t number)
{
	return number < UNWIND_REGISTERS && registers->known & BIT(number);
}

static int expression(const struct unwind_rule *rule, const struct unwind_place *place,
		      const struct unwind_registers *registers, uint64_t cfa,
		      const struct user_copy *copy, uint64_t *out)
{
	if (place->first > rule->op_count || place->count > rule->op_count - place->first)
		return -EINVAL;
	return unwind_expression__value(&rule->ops[place->first], place->count, registers, cfa,
					copy, out);
}

static int cfa_of(const struct unwind_rule *rule, const struct unwind_registers *registers,
		  const struct user_copy *copy, uint64_t *out)
{
	if (rule->cfa.how == UNWIND_IS_EXPRESSION)
		return expression(rule, &rule->cfa, registers, 0, copy, out);
	if (rule->cfa.how != UNWIND_REGISTER || !is_known(registers, rule->cfa.reg))
		return -EINVAL;
	*out = registers->value[rule->cfa.reg] + (uint64_t)(int64_t)rule->cfa.offset;
	return 0;
}

/* The caller's value of one register. Returns 1, 0 when it is lost, or a negative errno. */
static int value_of(const struct unwind_rule *rule, uint8_t number,
		    const struct unwind_registers *registers, uint64_t cfa,
		    const struct user_copy *copy, uint64_t *out)
{
	const struct unwind_place *place = &rule->registers[number];
	uint64_t from_cfa = cfa + (uint64_t)(int64_t)place->offset;
	int status;

	switch (place->how) {
	case UNWIND_SAME:
		*out = registers->value[number];
		return is_known(registers, number);
	case UNWIND_UNDEFINED:
		return 0;
	case UNWIND_AT_CFA:
		/* What was saved below the stack pointer has been popped: compilers leave the
		 * row of a register as it was for the ret behind its pop. */
		if (is_known(registers, UNWIND_RSP) && from_cfa < registers->value[UNWIND_RSP]) {
			*out = registers->value[number];
			return is_known(registers, number);
		}
		return user_copy__read(copy, from_cfa, sizeof(*out), out) ? 1 : -ENODATA;
	case UNWIND_IS_CFA:
		*out = from_cfa;
		return 1;
	case UNWIND_REGISTER:
	case UNWIND_AT_REGISTER:
		if (!is_known(registers, place->reg))
			return 0;
		*out = registers->value[place->reg] + (uint64_t)(int64_t)place->offset;
		if (place->how == UNWIND_AT_REGISTER &&
		    !user_copy__read(copy, *out, sizeof(*out), out))
			return -ENODATA;
		return 1;
	case UNWIND_AT_EXPRESSION:
	case UNWIND_IS_EXPRESSION:
		status = expression(rule, place, registers, cfa, copy, out);
		if (!status && place->how == UNWIND_AT_EXPRESSION &&
		    !user_copy__read(copy, *out, sizeof(*out), out))
			status = -ENODATA;
		return status ? status : 1;
	default:
		return -EINVAL;
	}
}

int unwind_step__by_rule(const struct unwind_rule *rule, const struct user_copy *copy,
			 struct unwind_registers *registers)
{
	struct unwind_registers caller = {0};
	uint64_t cfa;
	int status;

	if (unwind_rule__is_root(rule))
		return 0;
	status = cfa_of(rule, registers, copy, &cfa);
	for (uint8_t number = 0; !status && number < UNWIND_REGISTERS; number++) {
		int known = value_of(rule, number, registers, cfa, copy, &caller.value[number]);

		if (known > 0)
			caller.known |= BIT(number);
		/* Others that are out of reach may not be needed. */
		else if (known < 0 && (number == UNWIND_RIP || number == UNWIND_RSP))
			status = known;
	}
	/* The CFA is the caller's stack pointer, whatever the table leaves out. */
	if (!status && !is_known(&caller, UNWIND_RSP)) {
		caller.value[UNWIND_RSP] = cfa;
		caller.known |= BIT(UNWIND_RSP);
	}
	if (status)
		return status;
	if (!is_known(&caller, UNWIND_RIP))
		return -EINVAL;
	/* A call goes down the stack; a signal may have its own. */
	if (!rule->signal_frame && caller.value[UNWIND_RSP] <= registers->value[UNWIND_RSP])
		return -EINVAL;
	*registers = caller;
	return caller.value[UNWIND_RIP] != 0;
}

int unwind_step__by_frame_pointer(const struct user_copy *copy, struct unwind_registers *registers)
{
	uint64_t frame = registers->value[UNWIND_RBP];
	struct unwind_registers caller = {
		.known = BIT(UNWIND_RBP) | BIT(UNWIND_RSP) | BIT(UNWIND_RIP),
	};

	if (!is_known(registers, UNWIND_RBP))
		return -EINVAL;
	if (!frame)
		return 0;
	if (frame % sizeof(frame) || frame < registers->value[UNWIND_RSP])
		return -EINVAL;
	if (!user_copy__read(copy, frame, sizeof(frame), &caller.value[UNWIND_RBP]) ||
	    !user_copy__read(copy, frame + sizeof(frame), sizeof(frame), &caller.value[UNWIND_RIP]))
		return -ENODATA;
	caller.value[UNWIND_RSP] = frame + 2 * sizeof(frame);
	*registers = caller;
	return caller.value[UNWIND_RIP] != 0;
}
