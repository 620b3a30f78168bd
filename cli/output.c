/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * One pair of functions for each kind of record: its text and its JSON object. Places in driver
 * images are shown with function and source line where the image has symbols.
 */
#include "output.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "json.h"
#include "logged.h"
#include "stack.h"
#include "symbolize.h"
#include "terminal.h"
#include "visible.h"

#include "client.h"

#include "dotsys/dotsys.h"

/* Bytes a text dump shows at most; JSON has all. */
#define DUMP_LIMIT 4096u

/* ---- JSON ------------------------------------------------------------------------------------ */

static void add_text(json_object *object, const char *key, struct record_text text)
{
    json_add_text(object, key, text.bytes, text.size);
}

static void add_status(json_object *object, dotsys_status status)
{
    json_add_number(object, "status", (uint32_t)status);
    json_add_string(object, "status_name", dotsys_status_name(status));
    json_add_number(object, "win32", dotsys_status_win32(status));
}

/* ---- Text ------------------------------------------------------------------------------------ */

/* A text of several lines, each but the first indented: none of them looks like what is said
 * here. */
static void print_part(FILE *file, struct record_text text)
{
    for (const char *end; text.size > 0;
         text.size -= (size_t)(end - text.bytes), text.bytes = end) {
        end = memchr(text.bytes, '\n', text.size);
        end = end != NULL ? end + 1 : text.bytes + text.size;
        visible_print(file, text.bytes, (size_t)(end - text.bytes));
        if (end[-1] == '\n' && end < text.bytes + text.size)
            fputs("    ", file);
    }
}

static void print_lines(FILE *file, struct record_text text)
{
    print_part(file, text);
    if (text.size == 0 || text.bytes[text.size - 1] != '\n')
        fputc('\n', file);
}

static enum colour status_colour(dotsys_status status)
{
    return NT_ERROR(status) ? COLOUR_BAD : NT_SUCCESS(status) ? COLOUR_GOOD : COLOUR_WARNING;
}

/* "STATUS_PENDING (0x00000103), error 997 ERROR_IO_PENDING" */
static void print_status(FILE *file, dotsys_status status)
{
    const char *name = dotsys_status_name(status);
    uint32_t error = dotsys_status_win32(status);
    const char *error_name = RtlpWin32Name(error);

    fputs(colour_on(file, status_colour(status)), file);
    if (name != NULL)
        fprintf(file, "%s (0x%08X)", name, (unsigned)status);
    else
        fprintf(file, "0x%08X", (unsigned)status);
    fputs(colour_off(file), file);
    if (error != 0)
        fprintf(file, ", error %u%s%s", (unsigned)error, error_name != NULL ? " " : "",
            error_name != NULL ? error_name : "");
}

static void print_dump(struct record_text data)
{
    size_t shown = data.size < DUMP_LIMIT ? data.size : DUMP_LIMIT;

    for (size_t row = 0; row < shown; row += 16) {
        printf("  %04zx  ", row);
        for (size_t i = row; i < row + 16; i++) {
            if (i < shown)
                printf("%02x ", (unsigned char)data.bytes[i]);
            else
                fputs("   ", stdout);
            if (i == row + 7)
                putchar(' ');
        }
        putchar(' ');
        for (size_t i = row; i < row + 16 && i < shown; i++)
            putchar(data.bytes[i] >= 0x20 && data.bytes[i] < 0x7F ? data.bytes[i] : '.');
        putchar('\n');
    }
    if (shown < data.size)
        printf("  … %zu more bytes\n", data.size - shown);
}

/* ---- Results --------------------------------------------------------------------------------- */

static void text_result(const struct record *record)
{
    int64_t bytes = record->number[RESULT_BYTES];

    print_part(stdout, record->text[0]);
    fputs(" -> ", stdout);
    print_status(stdout, (dotsys_status)record->number[RESULT_STATUS]);
    if (record->number[RESULT_FLAGS] & RESULT_HAS_BYTES)
        printf(", %" PRId64 " byte%s", bytes, bytes == 1 ? "" : "s");
    if (record->number[RESULT_CALLS] != 0)
        printf(", %" PRId64 " calls, %" PRId64 " failed, mean %" PRId64 " ns, median %" PRId64
               " ns, p99 %" PRId64 " ns",
            record->number[RESULT_CALLS], record->number[RESULT_FAILED],
            record->number[RESULT_MEAN], record->number[RESULT_MEDIAN], record->number[RESULT_P99]);
    putchar('\n');
    print_dump(record->text[2]);
    fflush(stdout);
    if (record->text[1].size > 0) {
        fputs("dotsys: ", stderr);
        print_lines(stderr, record->text[1]);
    }
}

static void json_result(const struct record *record)
{
    json_object *object = json_object_new_object();

    add_text(object, "cmd", record->text[0]);
    add_status(object, (dotsys_status)record->number[RESULT_STATUS]);
    json_add_number(object, "bytes", record->number[RESULT_BYTES]);
    json_add_bytes(object, "data", record->text[2].bytes, record->text[2].size);
    if (record->number[RESULT_CALLS] != 0) {
        json_add_number(object, "calls", record->number[RESULT_CALLS]);
        json_add_number(object, "failed", record->number[RESULT_FAILED]);
        json_add_number(object, "mean_ns", record->number[RESULT_MEAN]);
        json_add_number(object, "median_ns", record->number[RESULT_MEDIAN]);
        json_add_number(object, "p99_ns", record->number[RESULT_P99]);
    }
    if (record->text[1].size > 0)
        add_text(object, "note", record->text[1]);
    json_print(object);
}

/* ---- Log lines ------------------------------------------------------------------------------- */

static double log_seconds(const struct output *output, const struct record *record)
{
    const int64_t start = record->number[2] != 0 ? record->number[2] : (int64_t)output->start,
                  since = record->number[0] - start;

    /* With a time of its own a machine says when that began later than its first lines. */
    return since > 0 ? (double)since / 1e7 : 0;
}

static void text_log(const struct output *output, const struct record *record)
{
    FILE *file = output->log_is_result ? stdout : stderr;

    fprintf(file, "%s%.6f [", colour_on(file, COLOUR_FAINT), log_seconds(output, record));
    print_part(file, record->text[0]);
    fprintf(file, "]%s ", colour_off(file));
    print_lines(file, record->text[1]);
    fflush(file);
}

static void json_log(const struct output *output, const struct record *record)
{
    json_object *object = json_object_new_object();

    add_text(object, "log", record->text[1]);
    add_text(object, "source", record->text[0]);
    json_object_object_add(object, "time", json_object_new_double(log_seconds(output, record)));
    json_add_number(object, "thread", record->number[1]);
    json_print(object);
}

/* ---- Requests that were logged --------------------------------------------------------------- */

/* What comes from the machine's process is believed only as far as it can be shown. */
static void show_logged(const struct record *record, bool json)
{
    const uint64_t now = (uint64_t)record->number[0];
    char driver[sizeof((KD_DEVICE_LOG){0}.Driver)], device[sizeof((KD_DEVICE_LOG){0}.Name)];
    KD_LOGGED_REQUEST request;
    const struct logged logged = {driver, device, &request};

    if (record->text[2].size != sizeof(request))
        return;
    memcpy(&request, record->text[2].bytes, sizeof(request));
    snprintf(driver, sizeof(driver), "%.*s", (int)record->text[0].size, record->text[0].bytes);
    snprintf(device, sizeof(device), "%.*s", (int)record->text[1].size, record->text[1].bytes);
    if (json)
        logged_json(stdout, &logged, now);
    else
        logged_text(stderr, &logged, now, record->number[1] != 0);
}

/* ---- Findings -------------------------------------------------------------------------------- */

static const char *const finding_keys[] = {
    [DOTSYS_FINDING_POOL_LEAK] = "pool_leak",
    [DOTSYS_FINDING_DEVICE_LEFT] = "device_left",
    [DOTSYS_FINDING_LINK_LEFT] = "link_left",
    [DOTSYS_FINDING_OBJECT_LEAK] = "object_leak",
    [DOTSYS_FINDING_IRP_NOT_COMPLETED] = "irp_not_completed",
    [DOTSYS_FINDING_DRIVER_NOT_UNLOADED] = "driver_not_unloaded",
    [DOTSYS_FINDING_OTHER] = "other",
    [DOTSYS_FINDING_DEADLOCK] = "deadlock",
    [DOTSYS_FINDING_DATA_RACE] = "data_race",
};

static const char *finding_key(const struct record *record)
{
    uint64_t kind = (uint64_t)record->number[0];

    return finding_keys[kind < RTL_NUMBER_OF(finding_keys) ? kind : DOTSYS_FINDING_OTHER];
}

/*
 * Where a finding's site is in the source; false: it has none, or nothing is known of it. A site is
 * a return address, and then the call is before it, or the start of a function: the byte before
 * that is another function's.
 */
static bool finding_place(const struct record *record, struct symbol_place *place)
{
    char image[4096];
    uint64_t site = (uint64_t)record->number[1], sites[2] = {site - 1, site};
    struct symbol_place places[2];

    if (site == 0 || record->text[1].size == 0 || record->text[1].size >= sizeof(image))
        return false;
    memcpy(image, record->text[1].bytes, record->text[1].size);
    image[record->text[1].size] = '\0';
    if (!symbolize(image, sites, 2, places))
        return false;
    *place = places[strcmp(places[0].function, places[1].function) != 0];
    return true;
}

static void text_finding(const struct output *output, const struct record *record)
{
    char *named = stack_name_frames(output->options, record->text[2].bytes, record->text[2].size);
    struct symbol_place place;
    char where[800];

    fprintf(stderr, "%sfinding:%s ", colour_on(stderr, COLOUR_BAD), colour_off(stderr));
    if (record->text[0].size > 0) {
        print_part(stderr, record->text[0]);
        fputs(": ", stderr);
    }
    print_lines(stderr, named != NULL ? record_string(named) : record->text[2]);
    if (finding_place(record, &place)) {
        symbol_format(&place, where, sizeof(where));
        fputs("    at ", stderr);
        print_lines(stderr, record_string(where));
    }
    free(named);
}

static void json_finding(const struct output *output, const struct record *record)
{
    char *named = stack_name_frames(output->options, record->text[2].bytes, record->text[2].size);
    json_object *object = json_object_new_object();
    struct symbol_place place;

    json_add_string(object, "finding", finding_key(record));
    if (record->text[0].size > 0)
        add_text(object, "driver", record->text[0]);
    add_text(object, "text", named != NULL ? record_string(named) : record->text[2]);
    free(named);
    if (record->number[1] != 0) {
        add_text(object, "image", record->text[1]);
        json_add_hex(object, "site", (uint64_t)record->number[1], 1);
    }
    if (finding_place(record, &place)) {
        if (place.function[0] != '\0')
            json_add_string(object, "function", place.function);
        if (place.file[0] != '\0') {
            json_add_string(object, "file", place.file);
            json_add_number(object, "line", place.line);
        }
    }
    json_print(object);
}

/* ---- Drivers and the machine ----------------------------------------------------------------- */

static void text_driver(const struct record *record)
{
    static const char *const done[] = {[DRIVER_START] = "started", [DRIVER_STOP] = "stopped"};
    static const char *const undone[] = {
        [DRIVER_START] = "did not load", [DRIVER_STOP] = "did not stop"};
    dotsys_status status = (dotsys_status)record->number[0];
    size_t step = record->number[1] == DRIVER_STOP ? DRIVER_STOP : DRIVER_START;

    fputs("dotsys: ", stderr);
    print_part(stderr, record->text[0]);
    if (status == STATUS_SUCCESS) {
        fprintf(stderr, " %s\n", done[step]);
        return;
    }
    fprintf(stderr, " %s: ", undone[step]);
    print_status(stderr, status);
    /* As Windows' own tools say it: people search for the sentence. */
    const char *sentence = RtlpWin32Text(RtlpStatusToWin32(status));
    if (sentence != NULL && sentence[0] != '\0')
        fprintf(stderr, "\n    System error %u: %s", (unsigned)RtlpStatusToWin32(status), sentence);
    if (record->text[1].size > 0) {
        fputs("\n    ", stderr);
        print_lines(stderr, record->text[1]);
    } else {
        fputc('\n', stderr);
    }
}

static void json_driver(const struct record *record)
{
    json_object *object = json_object_new_object();

    add_text(object, "driver", record->text[0]);
    json_add_string(object, "step", record->number[1] == DRIVER_STOP ? "stop" : "start");
    add_status(object, (dotsys_status)record->number[0]);
    if (record->text[1].size > 0)
        add_text(object, "message", record->text[1]);
    json_print(object);
}

static void text_stopped(const struct output *output, const struct record *record)
{
    const KD_CRASH *crash = output->inbox.complete ? output->inbox.crash : NULL;
    struct crash_names *names = crash != NULL ? crash_names_open(crash) : NULL;
    char *report = crash != NULL ? crash_text(crash, names, KD_CRASH_BRIEF) : NULL;

    fputs(colour_on(stderr, COLOUR_BAD), stderr);
    if (report != NULL)
        fputs(report, stderr);
    else
        fprintf(stderr,
            "BUGCHECK 0x%08" PRIX64 ": the machine has stopped, and there is no report\n",
            (uint64_t)record->number[0]);
    fputs(colour_off(stderr), stderr);
    free(report);
    free(names);
}

static void json_stopped(const struct output *output, const struct record *record)
{
    const KD_CRASH *crash = output->inbox.complete ? output->inbox.crash : NULL;

    if (crash != NULL) {
        struct crash_names *names = crash_names_open(crash);
        json_print(crash_json(crash, names));
        free(names);
        return;
    }
    json_object *object = json_object_new_object();
    json_add_hex(object, "bugcheck", (uint64_t)record->number[0], 8);
    json_print(object);
}

static void text_skipped(const struct record *record)
{
    fprintf(stderr, "dotsys: %" PRId64 " command%s not run: ", record->number[0],
        record->number[0] == 1 ? " was" : "s were");
    print_lines(stderr, record->text[0]);
}

static void json_skipped(const struct record *record)
{
    json_object *object = json_object_new_object();

    json_add_number(object, "not_run", record->number[0]);
    add_text(object, "why", record->text[0]);
    json_print(object);
}

static void text_note(const struct record *record)
{
    fputs("dotsys: ", stderr);
    print_lines(stderr, record->text[0]);
}

static void json_note(const struct record *record)
{
    json_object *object = json_object_new_object();

    add_text(object, "note", record->text[0]);
    json_print(object);
}

static void text_failed(const struct record *record)
{
    fputs("dotsys: the machine did not start: ", stderr);
    print_status(stderr, (dotsys_status)record->number[0]);
    fputs("\n    ", stderr);
    print_lines(stderr, record->text[0]);
}

static void json_failed(const struct record *record)
{
    json_object *object = json_object_new_object();

    add_text(object, "error", record->text[0]);
    add_status(object, (dotsys_status)record->number[0]);
    json_print(object);
}

/* ---- The whole ------------------------------------------------------------------------------- */

uint64_t output_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return ((uint64_t)now.tv_sec + 11644473600u) * 10000000u + (uint64_t)now.tv_nsec / 100;
}

void output_open(struct output *output, const struct run_options *options)
{
    setvbuf(stderr, NULL, _IOLBF, BUFSIZ); /* whole lines, one write each */
    output->options = options;
    output->inbox = (struct crash_inbox){0};
    output->start = output_now();
}

void output_close(struct output *output)
{
    crash_forget(&output->inbox);
}

void output_record(struct output *output, const struct record *record)
{
    bool json = output->options->json;

    switch (record->type) {
    case RECORD_RESULT:
        json ? json_result(record) : text_result(record);
        break;
    case RECORD_LOG:
        json ? json_log(output, record) : text_log(output, record);
        break;
    case RECORD_LOGGED:
        show_logged(record, json);
        break;
    case RECORD_FINDING:
        json ? json_finding(output, record) : text_finding(output, record);
        break;
    case RECORD_DRIVER:
        json ? json_driver(record) : text_driver(record);
        break;
    case RECORD_CRASH:
        crash_receive(&output->inbox, record);
        break;
    case RECORD_STOPPED:
        json ? json_stopped(output, record) : text_stopped(output, record);
        break;
    case RECORD_SKIPPED:
        json ? json_skipped(record) : text_skipped(record);
        break;
    case RECORD_NOTE:
        json ? json_note(record) : text_note(record);
        break;
    case RECORD_FAILED:
        json ? json_failed(record) : text_failed(record);
        break;
    default:
        break;
    }
}

void output_describe_death(int signal, int code, char what[OUTPUT_DEATH_BYTES])
{
    if (signal != 0)
        snprintf(
            what, OUTPUT_DEATH_BYTES, "was killed by signal %d (%s)", signal, strsignal(signal));
    else
        snprintf(what, OUTPUT_DEATH_BYTES, "exited with status %d before it was done", code);
}

void output_died(const struct output *output, int signal, int code, const char *during)
{
    char what[OUTPUT_DEATH_BYTES];

    output_describe_death(signal, code, what);
    if (output->options->json) {
        json_object *object = json_object_new_object();
        json_add_string(object, "died", what);
        if (signal != 0)
            json_add_number(object, "signal", signal);
        json_add_string(object, "during", during);
        json_print(object);
        return;
    }
    fprintf(stderr,
        "%sdotsys: the process that held the machine %s%s%s.%s\n"
        "A driver did something that could not be contained, or dotsys has a defect. To see where, "
        "run it again under\n"
        "gdb with 'set follow-fork-mode child'.\n",
        colour_on(stderr, COLOUR_BAD), what, during[0] != '\0' ? ", during: " : "", during,
        colour_off(stderr));
}

void output_clean(const struct output *output)
{
    if (!output->options->json)
        fputs("dotsys: nothing was left behind\n", stderr);
}
