/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Functions and source lines of all places a crash names: they are gathered first, because a
 * symboliser takes its time to read an image and answers many questions about it at once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crash.h"
#include "field.h"
#include "visible.h"

/* ---- Gathering ------------------------------------------------------------------------------- */

static const KD_CRASH_MODULE *driver_at(const struct crash_names *names, uint64_t address)
{
    const KD_CRASH_MODULE *module = KdCrashModule(names->crash, address);

    return module != NULL && !module->Own ? module : NULL;
}

static void gather(struct crash_names *names, uint64_t address, bool exact)
{
    if (names->count == CRASH_PLACES || driver_at(names, address) == NULL)
        return;
    for (size_t i = 0; i < names->count; i++) {
        if (names->places[i].address == address && names->places[i].exact == exact)
            return;
    }
    names->places[names->count++] = (struct crash_place){.address = address, .exact = exact};
}

static void gather_irp(struct crash_names *names, const KD_CRASH_IRP *irp)
{
    gather(names, irp->Site, false);
    gather(names, irp->CancelRoutine, true);
    for (ULONG i = 0; i < irp->LocationCount; i++)
        gather(names, irp->Location[i].Routine, true);
}

/* What matters most comes first: there is room for so many. */
static void gather_all(struct crash_names *names)
{
    const KD_CRASH *crash = names->crash;

    for (ULONG i = 0; i < crash->FrameCount; i++)
        gather(names, crash->Frame[i], i == 0);
    gather(names, crash->CulpritAddress, KdCulpritIsExact(crash));
    gather(names, KdDetailPlace(crash), true);
    gather(names, crash->ExceptionAddress, true);
    for (size_t i = 0; i < 4; i++)
        gather(names, crash->Parameter[i], true);
    for (ULONG i = 0; i < crash->PoolCount; i++)
        gather(names, crash->Pool[i].Site, false);
    for (ULONG i = 0; i < crash->IrpCount; i++)
        gather_irp(names, &crash->Irp[i]);
    for (ULONG i = 0; i < crash->EarlierCount; i++) {
        for (ULONG j = 0; j < crash->Earlier[i].FrameCount; j++)
            gather(names, crash->Earlier[i].Frame[j], false);
    }
    for (size_t i = names->code_first; i < names->code_end; i++)
        gather(names, names->code[i].target, true);
    for (ULONG i = 0; i < crash->WordCount; i++)
        gather(names, crash->Word[i], false);
}

/* ---- Asking ---------------------------------------------------------------------------------- */

/* The next places of an image from *next on; which of them: their numbers. */
static size_t next_places(const struct crash_names *names, const KD_CRASH_MODULE *module,
    size_t *next, size_t which[SYMBOLIZE_LIMIT], uint64_t offsets[SYMBOLIZE_LIMIT])
{
    size_t count = 0;

    for (; *next < names->count && count < SYMBOLIZE_LIMIT; ++*next) {
        const struct crash_place *place = &names->places[*next];
        if (driver_at(names, place->address) != module)
            continue;
        offsets[count] = place->address - module->Base -
            (!place->exact && place->address > module->Base);
        which[count++] = *next;
    }
    return count;
}

static void ask(struct crash_names *names, const KD_CRASH_MODULE *module)
{
    struct symbol_place places[SYMBOLIZE_LIMIT];
    uint64_t offsets[SYMBOLIZE_LIMIT];
    size_t which[SYMBOLIZE_LIMIT], count, next = 0;

    while ((count = next_places(names, module, &next, which, offsets)) > 0) {
        if (!symbolize(module->HostPath, offsets, count, places))
            return;
        for (size_t i = 0; i < count; i++)
            names->places[which[i]].place = places[i];
    }
}

/* ---- Answering ------------------------------------------------------------------------------- */

const struct symbol_place *crash_place(
    const struct crash_names *names, uint64_t address, bool exact)
{
    for (size_t i = 0; i < names->count; i++) {
        const struct crash_place *place = &names->places[i];
        if (place->address == address && place->exact == exact)
            return place->place.function[0] != '\0' || place->place.file[0] != '\0' ? &place->place
                                                                                    : NULL;
    }
    return NULL;
}

static BOOLEAN describe_place(
    void *context, ULONG64 address, BOOLEAN exact, char *text, SIZE_T size)
{
    const struct symbol_place *place = crash_place(context, address, exact);

    if (place != NULL)
        symbol_format(place, text, size);
    return place != NULL;
}

static BOOLEAN describe_field(void *context, ULONG64 address, ULONG bytes, char *text, SIZE_T size)
{
    const struct crash_names *names = context;
    const KD_CRASH_MODULE *module = driver_at(names, address);

    return module != NULL && field_at(module->HostPath, address - module->Base, bytes, text, size);
}

/* What the code reads its import table for. */
static void name_imports(struct crash_names *names)
{
    for (size_t i = names->code_first; i < names->code_end; i++) {
        struct crash_instruction *instruction = &names->code[i];
        const KD_CRASH_MODULE *module = driver_at(names, instruction->slot);
        if (instruction->slot != 0 && module != NULL)
            crash_image_import(module->HostPath, (uint32_t)(instruction->slot - module->Base),
                instruction->import, sizeof(instruction->import));
    }
}

struct crash_names *crash_names_open(const KD_CRASH *crash)
{
    struct crash_names *names = calloc(1, sizeof(*names));

    if (names == NULL)
        return NULL;
    names->crash = crash;
    names->calls = (KD_CRASH_CALLS){names, describe_place, crash_print_code, describe_field};
    crash_disassemble(names);
    gather_all(names);
    for (ULONG i = 0; i < crash->ModuleCount; i++)
        ask(names, &crash->Module[i]);
    name_imports(names);
    return names;
}

#define TEXT_BYTES (256u * 1024u)

char *crash_text(
    const KD_CRASH *crash, const struct crash_names *names, enum KD_CRASH_LENGTH length)
{
    KD_TEXT text = {malloc(TEXT_BYTES), TEXT_BYTES, 0};

    if (text.Buffer == NULL)
        return NULL;
    KdWriteCrash(crash, names != NULL ? &names->calls : NULL, length, &text);
    visible_text(text.Buffer, text.Length);
    return text.Buffer;
}
