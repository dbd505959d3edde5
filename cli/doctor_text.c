// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "cli/doctor.h"

#include "render/text_lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define INDENT 4
#define FOUND_WIDTH 67

static const char *const marks[FINDING_LEVELS] = {
	[FINDING_GOOD] = "",
	[FINDING_LESS] = "-",
	[FINDING_BAD] = "NO",
};

static void tell_verdict(FILE *out, const struct diagnosis *diagnosis)
{
	if (diagnosis->possible) {
		text__say(out, 0,
			  "wallflame can capture here: ledger by %s, waits for kernel locks by %s, "
			  "samples by %s.",
			  diagnosis->engine, diagnosis->locks, diagnosis->clock);
		return;
	}
	text__say(out, 0, "wallflame cannot capture here: %s", diagnosis->refusal);
}

static void tell_findings(FILE *out, const struct diagnosis *diagnosis)
{
	static const struct text_column columns[] = {{"", 2}, {"", 26}, {"", FOUND_WIDTH}};
	static const struct text_table table = TEXT_TABLE(columns);

	text__heading(out, "THIS MACHINE", "- less in a capture, NO not this way");
	for (size_t i = 0; i < diagnosis->finding_count; i++) {
		const struct finding *finding = &diagnosis->findings[i];
		bool fits = strlen(finding->found) <= FOUND_WIDTH;

		text__row(out, &table,
			  (const char *const[]){marks[finding->level], finding->topic,
						fits ? finding->found : ""});
		if (!fits)
			text__paragraph(out, TEXT_COLUMNS - FOUND_WIDTH, finding->found);
	}
}

/* The attached places as one text, malloc'ed for the caller. */
static char *places_of(const struct finding_point *point)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	const char *comma = "";

	if (!stream)
		return NULL;
	for (size_t i = 0; i < point->place_count; i++) {
		if (point->places[i].error)
			continue;
		fprintf(stream, "%s%s", comma, point->places[i].place);
		comma = ", ";
	}
	fclose(stream);
	return text;
}

static void tell_points(FILE *out, const struct diagnosis *diagnosis)
{
	static const struct text_column columns[] = {
		{"probe point", 16}, {"reached by", 13}, {"counts", 8}, {"at", 55}};
	static const struct text_table table = TEXT_TABLE(columns);

	if (!diagnosis->point_count)
		return;
	text__heading(out, "PROBE POINTS", "the backend that `record` would take");
	text__titles(out, &table);
	for (size_t i = 0; i < diagnosis->point_count; i++) {
		const struct finding_point *point = &diagnosis->points[i];
		char *places = places_of(point);

		text__row(out, &table,
			  (const char *const[]){point->name, point->backend, point->counts,
						places ? places : ""});
		if (point->note)
			text__say(out, INDENT, "%s", point->note);
		free(places);
	}
}

static bool has_advice(const struct finding *finding, const char *advice)
{
	return finding->advice && !strcmp(finding->advice, advice);
}

/* The topics of all that this would help, from the first on. */
static void tell_one(FILE *out, const struct diagnosis *diagnosis, size_t first)
{
	const char *advice = diagnosis->findings[first].advice;
	char *topics = NULL;
	size_t size;
	FILE *stream = open_memstream(&topics, &size);

	if (!stream)
		return;
	for (size_t i = first; i < diagnosis->finding_count; i++)
		if (has_advice(&diagnosis->findings[i], advice))
			fprintf(stream, "%s%s", i == first ? "" : ", ",
				diagnosis->findings[i].topic);
	fclose(stream);
	text__say(out, INDENT, "%s: %s", topics, advice);
	free(topics);
}

static bool is_told(const struct diagnosis *diagnosis, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (has_advice(&diagnosis->findings[i], diagnosis->findings[at].advice))
			return true;
	return false;
}

static void tell_advice(FILE *out, const struct diagnosis *diagnosis)
{
	bool told = false;

	for (size_t i = 0; i < diagnosis->finding_count; i++) {
		if (!diagnosis->findings[i].advice || is_told(diagnosis, i))
			continue;
		if (!told)
			text__heading(out, "WHAT WOULD GIVE MORE", "");
		told = true;
		tell_one(out, diagnosis, i);
	}
}

int doctor__text(FILE *out, const struct diagnosis *diagnosis)
{
	tell_verdict(out, diagnosis);
	tell_findings(out, diagnosis);
	tell_points(out, diagnosis);
	tell_advice(out, diagnosis);
	return ferror(out) ? -EIO : 0;
}
