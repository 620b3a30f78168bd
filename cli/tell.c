/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See tell.h. */
#include "tell.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "client.h"

#include "kd/crash.h"
#include "kd/kd.h"
#include "vf/vf.h"

#define CRASH_PART_BYTES   (32u * 1024u)
#define CRASH_PATIENCE_MS  10000 /* for the answer */

void tell(const struct teller *teller, struct record record)
{
    record_send(teller->socket, &record);
}

void tell_log(void *context, const dotsys_log_line *line)
{
    const struct teller *teller = context;

    tell(teller,
        (struct record){.type = RECORD_LOG,
            .number = {(int64_t)line->time_100ns, line->thread_id, teller->start},
            .text = {record_string(line->source), record_string(line->text)}});
}

void tell_finding(void *context, const dotsys_finding *finding)
{
    struct teller *teller = context;

    teller->findings++;
    tell(teller,
        (struct record){.type = RECORD_FINDING,
            .number = {finding->kind, (int64_t)finding->site},
            .text = {record_string(finding->driver), record_string(finding->image),
                record_string(finding->text)}});
}

void tell_requests(const struct teller *teller)
{
    KD_DEVICE_LOG *logs = VfIsOn(VF_IRP_LOGGING) ? calloc(KD_CRASH_DEVICES, sizeof(*logs)) : NULL;
    ULONG count = logs != NULL ? KdListRequests(logs, KD_CRASH_DEVICES) : 0;
    const int64_t now = (int64_t)host_clock_utc();

    for (ULONG i = 0; i < count; i++) {
        for (ULONG j = 0; j < logs[i].Count && j < KD_CRASH_REQUESTS; j++)
            tell(teller,
                (struct record){.type = RECORD_LOGGED,
                    .number = {now, j == 0},
                    .text = {record_string(logs[i].Driver), record_string(logs[i].Name),
                        {(const char *)&logs[i].Request[j], sizeof(logs[i].Request[j])}}});
    }
    free(logs);
}

void tell_driver(
    const struct teller *teller, enum driver_step step, const char *name, dotsys_status status)
{
    tell(teller,
        (struct record){.type = RECORD_DRIVER,
            .number = {status, step},
            .text = {record_string(name),
                record_string(status == STATUS_SUCCESS ? NULL : dotsys_last_message())}});
}

void tell_outcome(
    const struct teller *teller, const struct command *command, const struct outcome *outcome)
{
    struct record record = {.type = RECORD_RESULT};

    record.number[RESULT_STATUS] = outcome->status;
    record.number[RESULT_BYTES] = (int64_t)outcome->bytes;
    record.number[RESULT_FLAGS] = (outcome->has_bytes ? RESULT_HAS_BYTES : 0) |
        (outcome->load_failed ? RESULT_LOAD_FAILED : 0);
    record.number[RESULT_CALLS] = outcome->calls;
    record.number[RESULT_FAILED] = outcome->failed;
    record.number[RESULT_MEAN] = (int64_t)(outcome->mean + 0.5);
    record.number[RESULT_MEDIAN] = (int64_t)(outcome->median + 0.5);
    record.number[RESULT_P99] = (int64_t)(outcome->p99 + 0.5);
    record.text[0] = record_string(command->text);
    record.text[1] = record_string(outcome->note);
    record.text[2] = (struct record_text){(const char *)outcome->data, outcome->size};
    tell(teller, record);
}

/* In parts that are a packet each: the thread is in the kernel, and others tell things
 * meanwhile. */
static void tell_crash(struct teller *teller, const KD_CRASH *crash, bool waits)
{
    const char *bytes = (const char *)crash;
    size_t part;

    if (atomic_exchange(&teller->crash_told, true))
        return;
    for (size_t offset = 0; offset < sizeof(*crash); offset += part) {
        part = sizeof(*crash) - offset < CRASH_PART_BYTES ? sizeof(*crash) - offset
                                                          : CRASH_PART_BYTES;
        tell(teller,
            (struct record){.type = RECORD_CRASH,
                .number = {(int64_t)offset, sizeof(*crash), waits},
                .text[2] = {bytes + offset, part}});
    }
}

static struct teller *crash_teller;

static void on_crash(const KD_CRASH *crash)
{
    struct pollfd answer = {crash_teller->socket, POLLIN, 0};
    char byte;

    tell_crash(crash_teller, crash, true);
    for (int left = CRASH_PATIENCE_MS; left > 0; left -= 100) {
        if (poll(&answer, 1, 100) > 0)
            break;
    }
    recv(crash_teller->socket, &byte, sizeof(byte), MSG_DONTWAIT);
}

void tell_crashes(struct teller *teller)
{
    crash_teller = teller;
    KdCrashed = on_crash;
}

bool tell_stopped(struct teller *teller)
{
    const KD_CRASH *crash = KdGetCrash();
    struct record record = {.type = RECORD_STOPPED};

    if (crash == NULL)
        return false;
    if (atomic_exchange(&teller->stop_told, true))
        return true;
    tell_crash(teller, crash, false);
    record.number[0] = crash->Code;
    for (size_t i = 0; i < 4; i++)
        record.number[1 + i] = (int64_t)crash->Parameter[i];
    tell(teller, record);
    return true;
}

void tell_skipped(const struct teller *teller, size_t count, const char *why)
{
    if (count > 0)
        tell(teller,
            (struct record){
                .type = RECORD_SKIPPED, .number = {(int64_t)count}, .text = {record_string(why)}});
}

void tell_failed(const struct teller *teller, dotsys_status status)
{
    tell(teller,
        (struct record){.type = RECORD_FAILED,
            .number = {status},
            .text = {record_string(dotsys_last_message())}});
}
