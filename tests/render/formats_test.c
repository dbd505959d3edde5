// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Formats of other people's viewers: sums, and names that try to break them. */
#include "analysis_sample.h"
#include "cmocka_all.h"
#include "output.h"

#include <glib.h>
#include <json.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "perfetto.pb-c.h"
#include "pprof.pb-c.h"

#define SAMPLE_NS 300000000000 /* of analysis_sample */
#define BIG 10240

struct bytes {
	char *data;
	size_t size;
};

static struct bytes write_part(const struct analysis *analysis, const char *format,
			       const struct flame_wish *wish)
{
	struct bytes bytes = {0};
	char *error = NULL;
	struct flame_part *part = flame_part__new(analysis, wish, &error);
	FILE *out = open_memstream(&bytes.data, &bytes.size);

	assert_non_null(part);
	assert_non_null(out);
	assert_int_equal(render__part(out, part, flame_format__find(format)), 0);
	(void)fclose(out);
	flame_part__free(part);
	return bytes;
}

static struct bytes write_flame(const struct flame *flame, const char *format)
{
	struct bytes bytes = {0};
	FILE *out = open_memstream(&bytes.data, &bytes.size);

	assert_non_null(out);
	assert_int_equal(render__flame(out, flame, flame_format__find(format)), 0);
	(void)fclose(out);
	return bytes;
}

/* Takes the bytes. */
static Pprof__Profile *read_pprof(struct bytes packed)
{
	gsize room = 1 << 24;
	unsigned char *plain = g_malloc(room);
	z_stream stream = {
		.next_in = (unsigned char *)packed.data,
		.avail_in = (unsigned int)packed.size,
		.next_out = plain,
		.avail_out = (unsigned int)room,
	};
	Pprof__Profile *profile;

	assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
	assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
	assert_int_equal(stream.avail_in, 0);
	profile = pprof__profile__unpack(NULL, stream.total_out, plain);
	assert_non_null(profile);
	assert_int_equal(inflateEnd(&stream), Z_OK);
	g_free(plain);
	free(packed.data);
	return profile;
}

/* Each packet of a trace; takes the bytes. */
static GPtrArray *read_perfetto(struct bytes trace)
{
	GPtrArray *packets = g_ptr_array_new();
	const uint8_t *at = (const uint8_t *)trace.data;
	const uint8_t *end = at + trace.size;

	while (at < end) {
		size_t size = 0;
		Perfetto__TracePacket *packet;

		assert_int_equal(*at++, 0x0a);
		for (unsigned int shift = 0;; shift += 7) {
			size |= (size_t)(*at & 0x7f) << shift;
			if (!(*at++ & 0x80))
				break;
		}
		assert_true(size <= (size_t)(end - at));
		packet = perfetto__trace_packet__unpack(NULL, size, at);
		assert_non_null(packet);
		g_ptr_array_add(packets, packet);
		at += size;
	}
	free(trace.data);
	return packets;
}

static void free_packets(GPtrArray *packets)
{
	for (guint i = 0; i < packets->len; i++)
		perfetto__trace_packet__free_unpacked(packets->pdata[i], NULL);
	g_ptr_array_free(packets, TRUE);
}

static const char *text_of(const Pprof__Profile *profile, int64_t number)
{
	assert_true(number >= 0 && (size_t)number < profile->n_string_table);
	return profile->string_table[number];
}

static int64_t sum_of(const Pprof__Profile *profile, const char *type)
{
	int64_t sum = 0;

	for (size_t i = 0; i < profile->n_sample_type; i++) {
		if (strcmp(text_of(profile, profile->sample_type[i]->type), type) != 0)
			continue;
		assert_string_equal(text_of(profile, profile->sample_type[i]->unit), "nanoseconds");
		for (size_t k = 0; k < profile->n_sample; k++) {
			assert_int_equal(profile->sample[k]->n_value, profile->n_sample_type);
			sum += profile->sample[k]->value[i];
		}
		return sum;
	}
	return -1;
}

static void pprof_sums_by_type(void **state)
{
	const struct flame_wish wish = output__wish("offcpu");
	Pprof__Profile *profile = read_pprof(write_part(analysis_sample(), "pprof", &wish));

	(void)state;
	assert_int_equal(sum_of(profile, "wall"), SAMPLE_NS);
	assert_int_equal(sum_of(profile, "oncpu"), 30000000000);
	assert_int_equal(sum_of(profile, "offcpu"), 270000000000);
	assert_int_equal(sum_of(profile, "lock"), 63000000000);
	assert_int_equal(sum_of(profile, "idle"), 200000000000);
	assert_int_equal(sum_of(profile, "no such type"), -1);
	assert_string_equal(text_of(profile, profile->default_sample_type), "offcpu");
	assert_string_equal(text_of(profile, 0), "");
	assert_int_equal(profile->time_nanos, 1700000000000000000);
	assert_int_equal(profile->duration_nanos, 10000000000);
	pprof__profile__free_unpacked(profile, NULL);
}

static void pprof_takes_what_is_picked(void **state)
{
	struct flame_wish wish = output__wish("wall");
	Pprof__Profile *profile;

	(void)state;
	wish.pick.cause = "lock/inode";
	profile = read_pprof(write_part(analysis_sample(), "pprof", &wish));
	assert_int_equal(sum_of(profile, "wall"), 3000000000);
	assert_int_equal(sum_of(profile, "idle"), -1);
	pprof__profile__free_unpacked(profile, NULL);
}

static void parts_without_time_are_refused(void **state)
{
	struct flame_wish wish = output__wish("wall");
	char *error = NULL;

	(void)state;
	wish.pick.cause = "no such cause";
	assert_null(flame_part__new(analysis_sample(), &wish, &error));
	assert_non_null(strstr(error, "there is no cause 'no such cause'"));
	free(error);
	error = NULL;
	wish.pick.cause = "lock";
	wish.pick.state = "running";
	assert_null(flame_part__new(analysis_sample(), &wish, &error));
	assert_non_null(strstr(error, "there is no time of"));
	free(error);
}

static void perfetto_sums_and_samples(void **state)
{
	const struct flame_wish wish = output__wish("wall");
	GPtrArray *packets = read_perfetto(write_part(analysis_sample(), "perfetto", &wish));
	const Perfetto__TracePacket *first = packets->pdata[0];
	int64_t counted = 0;
	uint64_t samples = 0, last = 0, spans = 0;

	(void)state;
	assert_int_equal(first->clock_snapshot->primary_trace_clock, 3);
	assert_int_equal(first->sequence_flags & 1, 1);
	for (guint i = 0; i < packets->len; i++) {
		const Perfetto__TracePacket *packet = packets->pdata[i];

		if (packet->track_event && packet->track_event->has_counter_value)
			counted += packet->track_event->counter_value;
		spans += packet->track_event && packet->track_event->type == 1;
		if (!packet->perf_sample)
			continue;
		samples++;
		assert_true(packet->timestamp >= 1000 && packet->timestamp < 10000001000);
		assert_true(packet->perf_sample->timebase_count > last);
		last = packet->perf_sample->timebase_count;
	}
	assert_int_equal(counted, SAMPLE_NS);
	assert_int_equal(spans, 1);
	/* 300 s in 200,000 samples at most: each stands for 2 ms. */
	assert_int_equal(samples, 150000);
	assert_int_equal(last, SAMPLE_NS);
	free_packets(packets);
}

static char **hostile_names(void)
{
	/* Two characters that turn the direction of writing; as text they would turn this line. */
	static const char turning[] = {'a',    '\xe2', '\x80', '\xae', 'b',
				       '\xe2', '\x81', '\xa6', 'c',    '\0'};
	static const char *const names[] = {
		"\xff\xfe\xc0\xaf", /* no UTF-8 */
		"\xed\xa0\x80", /* half of a surrogate pair */
		turning,
		"\x01\x1b[31m\x7f\n\r\t",
		"\"}]},{\"\\u0000\\\\",
		"</script><script>alert(1)</script>",
		"",
	};
	GPtrArray *all = g_ptr_array_new();
	char *big = g_malloc0(BIG + 1);

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		g_ptr_array_add(all, g_strdup(names[i]));
	memset(big, '\xe4', BIG);
	g_ptr_array_add(all, big);
	g_ptr_array_add(all, NULL);
	return (char **)g_ptr_array_free(all, FALSE);
}

static void check_text(const char *text)
{
	assert_true(g_utf8_validate(text, -1, NULL));
	for (const char *at = text; *at; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);

		assert_false(g_unichar_iscntrl(c) || c == 0x202e || c == 0x2066);
	}
}

static void check_pprof(Pprof__Profile *profile)
{
	for (size_t i = 0; i < profile->n_string_table; i++)
		check_text(profile->string_table[i]);
	pprof__profile__free_unpacked(profile, NULL);
}

static void check_perfetto(GPtrArray *packets)
{
	for (guint i = 0; i < packets->len; i++) {
		const Perfetto__TracePacket *packet = packets->pdata[i];
		const Perfetto__TrackDescriptor *track = packet->track_descriptor;

		if (track && track->thread)
			check_text(track->thread->thread_name);
		if (track && track->process)
			check_text(track->process->process_name);
		if (packet->track_event && packet->track_event->name)
			check_text(packet->track_event->name);
		for (size_t k = 0;
		     packet->interned_data && k < packet->interned_data->n_function_names; k++) {
			const ProtobufCBinaryData *bytes =
				&packet->interned_data->function_names[k]->str;
			char *text = g_strndup((const char *)bytes->data, bytes->len);

			assert_int_equal(strlen(text), bytes->len);
			check_text(text);
			g_free(text);
		}
	}
	free_packets(packets);
}

static void check_speedscope(struct bytes text)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *document, *frames;

	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	document = json_tokener_parse_ex(tokener, text.data, (int)text.size);
	assert_int_equal(json_tokener_get_error(tokener), json_tokener_success);
	frames = json_object_object_get(json_object_object_get(document, "shared"), "frames");
	assert_true(json_object_array_length(frames) > 0);
	for (size_t i = 0; i < json_object_array_length(frames); i++)
		check_text(json_object_get_string(
			json_object_object_get(json_object_array_get_idx(frames, i), "name")));
	json_object_put(document);
	json_tokener_free(tokener);
	free(text.data);
}

static void hostile_captures_stay_whole(void **state)
{
	const struct flame_wish wish = output__wish("wall");
	char **names = hostile_names();

	(void)state;
	for (char **name = names; *name; name++) {
		struct analysis analysis;
		struct flame *flame = NULL;
		char *error = NULL;

		analysis_sample__hostile(&analysis, *name);
		check_pprof(read_pprof(write_part(&analysis, "pprof", &wish)));
		check_perfetto(read_perfetto(write_part(&analysis, "perfetto", &wish)));
		assert_int_equal(flame__from_analysis(&flame, &analysis, &wish, &error), 0);
		check_speedscope(write_flame(flame, "speedscope"));
		flame__free(flame);
		analysis_sample__free(&analysis);
	}
	g_strfreev(names);
}

static void hostile_frames_stay_whole(void **state)
{
	char **names = hostile_names();
	struct flame *flame = flame__new();

	(void)state;
	for (char **name = names; *name; name++) {
		const struct flame_frame frames[] = {
			{.name = "root", .kind = FLAME_GROUP},
			{.name = *name,
			 .module = *name,
			 .kind = FLAME_KERNEL,
			 .file = *name,
			 .line = 7},
		};

		assert_int_equal(flame__add(flame, frames, 2, 5, BASIS_SAMPLED), 0);
	}
	check_speedscope(write_flame(flame, "speedscope"));
	check_pprof(read_pprof(write_flame(flame, "pprof")));
	flame__free(flame);
	g_strfreev(names);
}

static void foreign_counts_have_no_unit(void **state)
{
	static const char text[] = "a;b\0c_[k] 3\nd 9223372036854775000\n";
	char *error = NULL;
	struct flame *flame = output__read_folded(text, sizeof(text) - 1, &error);
	struct bytes json;
	Pprof__Profile *profile;

	(void)state;
	assert_non_null(flame);
	json = write_flame(flame, "speedscope");
	assert_non_null(strstr(json.data, "\"unit\":\"none\""));
	assert_non_null(strstr(json.data, "\"endValue\":9223372036854775003,"));
	assert_non_null(strstr(json.data, "{\"name\":\"b\xef\xbf\xbd"
					  "c_[k]\"}"));
	check_speedscope(json);
	profile = read_pprof(write_flame(flame, "pprof"));
	assert_int_equal(profile->n_sample_type, 1);
	assert_string_equal(text_of(profile, profile->sample_type[0]->unit), "count");
	assert_int_equal(profile->sample[0]->value[0] + profile->sample[1]->value[0],
			 9223372036854775003);
	check_pprof(profile);
	flame__free(flame);
}

static void speedscope_has_a_profile_a_thread(void **state)
{
	static const struct flame_frame frames[] = {
		{.name = "app", .kind = FLAME_GROUP},
		{.name = "worker", .kind = FLAME_GROUP},
		{.name = "f", .kind = FLAME_USER, .file = "f.c", .line = 12},
	};
	static const struct flame_frame own[] = {
		{.name = "app", .kind = FLAME_GROUP},
		{.name = "f", .kind = FLAME_USER, .file = "f.c", .line = 9},
	};
	struct flame *flame = flame__new();
	char *json;

	(void)state;
	assert_int_equal(flame__add(flame, frames, 3, 40, BASIS_EXACT), 0);
	assert_int_equal(flame__add(flame, own, 2, 2, BASIS_EXACT), 0);
	json = output__flame(flame, "speedscope");
	/* One function, at the lowest of its lines. */
	assert_non_null(strstr(json, "{\"name\":\"app\"},\n"
				     "{\"name\":\"f\",\"file\":\"f.c\",\"line\":9},\n"
				     "{\"name\":\"worker\"}]"));
	assert_non_null(strstr(json, "\"name\":\"all\",\"unit\":\"nanoseconds\",\"startValue\":0,"
				     "\"endValue\":42,\"samples\":[\n[0,1],\n[0,2,1]],"
				     "\"weights\":[2,40]}"));
	assert_non_null(strstr(json, "\"name\":\"app\",\"unit\":\"nanoseconds\",\"startValue\":0,"
				     "\"endValue\":2,\"samples\":[\n[1]],\"weights\":[2]}"));
	assert_non_null(strstr(json, "\"name\":\"app; worker\",\"unit\":\"nanoseconds\","
				     "\"startValue\":0,\"endValue\":40,\"samples\":[\n[1]],"
				     "\"weights\":[40]}"));
	free(json);
	flame__free(flame);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pprof_sums_by_type),
		cmocka_unit_test(pprof_takes_what_is_picked),
		cmocka_unit_test(parts_without_time_are_refused),
		cmocka_unit_test(perfetto_sums_and_samples),
		cmocka_unit_test(hostile_captures_stay_whole),
		cmocka_unit_test(hostile_frames_stay_whole),
		cmocka_unit_test(foreign_counts_have_no_unit),
		cmocka_unit_test(speedscope_has_a_profile_a_thread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
