/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A crash as it comes from the machine's process, part by part, each in its place and none
 * twice. */
#include <stdlib.h>
#include <string.h>

#include "crash.h"

bool crash_receive(struct crash_inbox *inbox, const struct record *record)
{
    const struct record_text *part = &record->text[2];

    if (inbox->complete || record->number[1] != sizeof(*inbox->crash) ||
        (uint64_t)record->number[0] != inbox->got ||
        part->size > sizeof(*inbox->crash) - inbox->got)
        return false;
    if (inbox->crash == NULL && (inbox->crash = calloc(1, sizeof(*inbox->crash))) == NULL)
        return false;
    memcpy((char *)inbox->crash + inbox->got, part->bytes, part->size);
    inbox->got += part->size;
    inbox->complete = inbox->got == sizeof(*inbox->crash) && KdCheckCrash(inbox->crash, inbox->got);
    return inbox->complete;
}

void crash_forget(struct crash_inbox *inbox)
{
    free(inbox->crash);
    *inbox = (struct crash_inbox){0};
}

void crash_answer(int socket, const struct record *record)
{
    const bool last = (uint64_t)record->number[0] + record->text[2].size >=
        (uint64_t)record->number[1];

    if (last && record->number[2] != 0)
        record_send(socket, &(struct record){.type = RECORD_ANSWER, .number = {1}});
}
