// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * A thread's time in a state and system call is exact, so chance only decides which pieces of it
 * have what: a sum that is of all of them whatever was drawn is exact, too. That all that were
 * drawn have a function is no such thing: the next one might not have had it. Pieces that are sums
 * over slices do not tell the length of their spans, so strata (layers, here) are wider than where
 * time is shared out.
 */
#include "analyzer/chances.h"

#include <glib.h>
#include <math.h>
#include <stddef.h>

#include "analyzer/figures.h"
#include "analyzer/registry.h"

/* Sums of doubles in another order differ by less. */
#define ALL (1 - 1e-9)

/* As parts of spans: one that was drawn is drawn with its wait for a CPU. */
enum half { HALF_STATE, HALF_WAIT, HALF_COUNT };

/* Layers that may have the same in them. */
struct like {
	uint32_t who;
	int32_t syscall;
	uint32_t state;
	uint32_t half; /* end of the key, of which it follows */
	double total; /* of what is sampled in it */
	double doubt;
	double part; /* of the sum at hand */
};

struct layer {
	uint32_t thread;
	int32_t syscall;
	uint32_t state;
	uint32_t like; /* end of the key, of which these follow */
	bool decided; /* see struct piece */
	double total; /* of what is sampled in it */
	double spread; /* its time by what a draw stands for there */
	/* Of the sum at hand. */
	double part;
	double square;
};

struct chances {
	struct registry likes, layers;
	bool unwatched; /* some of the time that was counted in may be */
	GArray *touched; /* uint32_t: layers of the sum at hand */
	double exact; /* of the sum at hand, with all below */
	double estimated;
	double blind;
};

struct chances *chances__new(void)
{
	struct chances *chances = g_new0(struct chances, 1);

	registry__init(&chances->likes, sizeof(struct like), offsetof(struct like, half));
	registry__init(&chances->layers, sizeof(struct layer), offsetof(struct layer, like));
	chances->touched = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	return chances;
}

void chances__free(struct chances *chances)
{
	if (!chances)
		return;
	registry__free(&chances->likes);
	registry__free(&chances->layers);
	g_array_free(chances->touched, TRUE);
	g_free(chances);
}

static struct layer *layer_at(const struct chances *chances, uint32_t index)
{
	return &g_array_index(chances->layers.rows, struct layer, index);
}

static struct like *like_of(const struct chances *chances, const struct layer *layer)
{
	return &g_array_index(chances->likes.rows, struct like, layer->like);
}

/* Where threads were not watched all the time, only how long they ran and waited is exact. */
static enum store_state known_state(enum store_state state)
{
	if (state == STATE_RUNNING)
		return state;
	return state == STATE_WOKEN || state == STATE_PREEMPTED ? STATE_WOKEN : STATE_UNOBSERVED;
}

static uint32_t place(struct chances *chances, const struct piece *piece, uint32_t who)
{
	bool watched = !chances->unwatched;
	const struct like like = {
		.who = who,
		.syscall = watched ? piece->syscall : 0,
		.state = watched ? piece->state : known_state(piece->state),
		.half = piece->state == STATE_WOKEN ? HALF_WAIT : HALF_STATE,
	};
	const struct layer layer = {
		.thread = piece->thread,
		.syscall = like.syscall,
		.state = like.state,
		.like = registry__place(&chances->likes, &like),
		.decided = piece->decided,
	};

	return registry__place(&chances->layers, &layer);
}

struct chance chances__count(struct chances *chances, const struct analysis *analysis,
			     const struct piece *piece, uint32_t who)
{
	struct layer *layer;
	struct like *like;
	uint32_t index;

	chances->unwatched = analysis->states.ns[STATE_UNOBSERVED] > 0;
	index = place(chances, piece, who);
	layer = layer_at(chances, index);
	like = like_of(chances, layer);

	if (piece->grain > 0) {
		layer->total += piece->ns;
		layer->spread += piece->ns * (double)piece->grain;
		like->total += piece->ns;
		like->doubt += (double)piece->doubt;
	}
	return (struct chance){
		.layer = index & (UINT32_MAX >> 1),
		.blind = !piece->stack && piece->basis == BASIS_ESTIMATED,
		.grain = piece->grain,
	};
}

void chances__add(struct chances *chances, const struct chance *chance, double ns, enum basis basis)
{
	struct layer *layer = layer_at(chances, chance->layer);
	uint32_t index = chance->layer;

	if (basis == BASIS_ESTIMATED)
		chances->estimated += ns;
	if (chance->blind)
		chances->blind += ns;
	if (chance->grain <= 0) {
		chances->exact += ns;
		return;
	}
	if (layer->part <= 0)
		g_array_append_val(chances->touched, index);
	layer->part += ns;
	layer->square += ns * (double)chance->grain;
}

/* What chance decides of the sum at hand. */
struct draws {
	double sum;
	double variance[HALF_COUNT];
	double universe, spread;
};

static bool takes_all(const struct layer *layer, unsigned int common)
{
	bool drawn = common & IN_COMMON_CODE || (common & IN_COMMON_CAUSE && !layer->decided);

	return !drawn && layer->part > ALL * layer->total;
}

static void take_layer(struct chances *chances, struct draws *draws, const struct layer *layer,
		       unsigned int common)
{
	struct like *like = like_of(chances, layer);
	double share = layer->part / layer->total;

	like->part += layer->part;
	if (takes_all(layer, common)) {
		chances->exact += layer->part;
		return;
	}
	draws->sum += layer->part;
	draws->universe += layer->total;
	draws->spread += layer->spread;
	/* The ratio estimator's: each draw by how far it is from its layer's share. */
	draws->variance[like->half] +=
		fmax(layer->square * (1 - 2 * share) + layer->spread * share * share, 0);
}

/* Time that no draw stands for may be of any kind that like layers have, once for all of them. */
static void take_like(struct draws *draws, struct like *like)
{
	double share = like->part / like->total;

	if (like->part > 0 && share <= ALL)
		draws->variance[like->half] += like->doubt * share * (1 - share);
	like->part = 0;
}

static struct draws take_draws(struct chances *chances, unsigned int common)
{
	const uint32_t *touched = (const uint32_t *)(const void *)chances->touched->data;
	struct draws draws = {0};

	for (guint i = 0; i < chances->touched->len; i++)
		take_layer(chances, &draws, layer_at(chances, touched[i]), common);
	for (guint i = 0; i < chances->touched->len; i++) {
		struct layer *layer = layer_at(chances, touched[i]);

		take_like(&draws, like_of(chances, layer));
		layer->part = layer->square = 0;
	}
	g_array_set_size(chances->touched, 0);
	return draws;
}

static struct figure figure_of(const struct draws *draws, double exact)
{
	struct figure figure = {.ns = exact + draws->sum};
	double deviation = 0;
	struct bounds bounds;

	figure.low = figure.high = figure.ns;
	if (draws->universe <= 0)
		return figure;
	for (int half = 0; half < HALF_COUNT; half++)
		deviation += sqrt(draws->variance[half]);
	bounds = bounds__of(draws->sum, deviation * deviation, draws->spread / draws->universe,
			    draws->universe);
	figure.low = fmin(exact + bounds.low, figure.ns);
	figure.high = fmax(exact + bounds.high, figure.ns);
	figure.basis = BASIS_SAMPLED;
	return figure;
}

struct figure chances__sum(struct chances *chances, unsigned int common)
{
	struct draws draws = take_draws(chances, common);
	struct figure figure = figure_of(&draws, chances->exact);

	if (common & IN_COMMON_CAUSE && chances->blind > 0) {
		figure.low = fmax(figure.low - chances->blind, 0);
		figure.basis = BASIS_SAMPLED;
	}
	if (figure.basis == BASIS_SAMPLED && chances->estimated > GUESSED_MAX * figure.ns)
		figure.basis = BASIS_ESTIMATED;
	if (chances->unwatched && figure.basis != BASIS_EXACT)
		figure.low = figure.high = NAN;
	chances->exact = chances->estimated = chances->blind = 0;
	return figure;
}
