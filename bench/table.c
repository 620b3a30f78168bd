/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The table: measuring its rows, printing them as they come, and the file for programs to read. */
#include <err.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

static const char *bench_prefix;
static json_object *bench_rows;

void bench_only(const char *prefix)
{
    bench_prefix = prefix;
}

bool bench_wanted(const char *name)
{
    return bench_prefix == NULL || strncmp(name, bench_prefix, strlen(bench_prefix)) == 0;
}

/* With the digits that mean something, not those of the binary fraction. */
static json_object *bench_number(double value)
{
    char text[32];

    snprintf(text, sizeof(text), "%.3f", value);
    return json_object_new_double_s(value, text);
}

static json_object *bench_text(const char *text)
{
    return text != NULL ? json_object_new_string(text) : NULL;
}

/* What a row came to: the medians of its pairs; value / limit need not be the median of the
 * ratios. */
struct bench_result {
    double value, limit, ratio;
};

static void bench_keep(const struct bench_row *row, const struct bench_result *result)
{
    json_object *entry = json_object_new_object();
    bool limited = row->limit != NULL;

    if (bench_rows == NULL)
        bench_rows = json_object_new_array();
    json_object_object_add(entry, "name", bench_text(row->name));
    json_object_object_add(entry, "unit", bench_text(row->unit));
    json_object_object_add(entry, "value", bench_number(result->value));
    json_object_object_add(entry, "limit_name", bench_text(row->limit_name));
    json_object_object_add(entry, "limit", limited ? bench_number(result->limit) : NULL);
    json_object_object_add(entry, "ratio", limited ? bench_number(result->ratio) : NULL);
    json_object_object_add(entry, "target", bench_text(row->target));
    json_object_array_add(bench_rows, entry);
}

/* Decimals that leave about four digits. */
static int bench_decimals(double value)
{
    return value < 10 ? 3 : value < 100 ? 2 : value < 1000 ? 1 : 0;
}

static void bench_print(const struct bench_row *row, const struct bench_result *result)
{
    const double value = result->value, limit = result->limit;
    static bool headed;

    if (!headed)
        printf("%-26s %10s %-9s %7s  %10s  %-42s %s\n", "what", "value", "unit", "ratio", "limit",
            "which is", "target");
    headed = true;
    printf("%-26s %10.*f %-9s ", row->name, bench_decimals(value), value, row->unit);
    if (row->limit != NULL)
        printf("%7.2f  %10.*f  %-42s", result->ratio, bench_decimals(limit), limit,
            row->limit_name);
    else
        printf("%7s  %10s  %-42s", "", "", "");
    printf(" %s\n", row->target != NULL ? row->target : "");
    fflush(stdout);
}

/*
 * One pair. The order changes from pair to pair, so that a processor that gets slower or faster all
 * the time, or is left warm by one of the two, does so to both.
 */
static void bench_run_pair(
    const struct bench_row *row, bool limit_first, double *value, double *limit)
{
    if (row->limit != NULL && limit_first)
        *limit = row->limit(row->context);
    *value = row->value(row->context);
    if (row->limit != NULL && !limit_first)
        *limit = row->limit(row->context);
}

void bench_measure_pairs(const struct bench_row *row, unsigned pairs)
{
    double value[BENCH_MOST_PAIRS], limit[BENCH_MOST_PAIRS], ratio[BENCH_MOST_PAIRS];

    if (!bench_wanted(row->name))
        return;
    for (unsigned pair = 0; pair < pairs; pair++) {
        limit[pair] = 1;
        bench_run_pair(row, pair % 2 != 0, &value[pair], &limit[pair]);
        ratio[pair] = value[pair] / limit[pair];
    }
    const struct bench_result result = {bench_median(value, pairs), bench_median(limit, pairs),
        bench_median(ratio, pairs)};
    bench_print(row, &result);
    bench_keep(row, &result);
}

void bench_measure(const struct bench_row *row)
{
    bench_measure_pairs(row, BENCH_PAIRS);
}

void bench_write_json(const char *path)
{
    if (bench_rows == NULL)
        bench_rows = json_object_new_array();
    if (json_object_to_file_ext(
            path, bench_rows, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED) != 0)
        errx(1, "%s: %s", path, json_util_get_last_err());
    json_object_put(bench_rows);
    bench_rows = NULL;
}
