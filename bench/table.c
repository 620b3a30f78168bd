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

static void bench_keep(const struct bench_row *row, double value, double limit)
{
    json_object *entry = json_object_new_object();
    bool limited = row->limit != NULL;

    if (bench_rows == NULL)
        bench_rows = json_object_new_array();
    json_object_object_add(entry, "name", bench_text(row->name));
    json_object_object_add(entry, "unit", bench_text(row->unit));
    json_object_object_add(entry, "value", bench_number(value));
    json_object_object_add(entry, "limit_name", bench_text(row->limit_name));
    json_object_object_add(entry, "limit", limited ? bench_number(limit) : NULL);
    json_object_object_add(entry, "ratio", limited ? bench_number(value / limit) : NULL);
    json_object_object_add(entry, "target", bench_text(row->target));
    json_object_array_add(bench_rows, entry);
}

/* Decimals that leave about four digits. */
static int bench_decimals(double value)
{
    return value < 10 ? 3 : value < 100 ? 2 : value < 1000 ? 1 : 0;
}

static void bench_print(const struct bench_row *row, double value, double limit)
{
    static bool headed;

    if (!headed)
        printf("%-26s %10s %-9s %7s  %10s  %-42s %s\n", "what", "value", "unit", "ratio", "limit",
            "which is", "target");
    headed = true;
    printf("%-26s %10.*f %-9s ", row->name, bench_decimals(value), value, row->unit);
    if (row->limit != NULL)
        printf("%7.2f  %10.*f  %-42s", value / limit, bench_decimals(limit), limit,
            row->limit_name);
    else
        printf("%7s  %10s  %-42s", "", "", "");
    printf(" %s\n", row->target != NULL ? row->target : "");
    fflush(stdout);
}

void bench_measure(const struct bench_row *row)
{
    double value[BENCH_RUNS], limit[BENCH_RUNS];

    if (!bench_wanted(row->name))
        return;
    for (unsigned run = 0; run < BENCH_RUNS; run++) {
        value[run] = row->value(row->context);
        limit[run] = row->limit != NULL ? row->limit(row->context) : 0;
    }
    double middle = bench_median(value, BENCH_RUNS), limit_middle = bench_median(limit, BENCH_RUNS);
    bench_print(row, middle, limit_middle);
    bench_keep(row, middle, limit_middle);
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
