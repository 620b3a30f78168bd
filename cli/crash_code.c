/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The instructions around the one to blame. Where the bytes do not begin with a function's first,
 * they may begin inside an instruction: then a beginning is tried from which instructions follow
 * one another up to that one.
 */
#include <Zydis/Zydis.h>
#include <stdio.h>
#include <string.h>

#include "crash.h"

#include "nt/ntimage.h"

#define SHOWN_BEFORE 6u
#define SHOWN_AFTER  4u

static bool decode(const KD_CRASH *crash, size_t offset, ZydisDisassembledInstruction *instruction)
{
    const bool wide = crash->Machine == IMAGE_FILE_MACHINE_AMD64;

    return ZYAN_SUCCESS(
        ZydisDisassembleIntel(wide ? ZYDIS_MACHINE_MODE_LONG_64 : ZYDIS_MACHINE_MODE_LEGACY_32,
            crash->CodeAddress + offset, crash->CodeText + offset, crash->CodeBytes - offset,
            instruction));
}

/* Whether instructions from offset on come to the one at pc exactly. */
static bool leads_to(const KD_CRASH *crash, size_t offset, size_t pc)
{
    ZydisDisassembledInstruction instruction;

    while (offset < pc && decode(crash, offset, &instruction))
        offset += instruction.info.length;
    return offset == pc;
}

static uint64_t find_target(const ZydisDisassembledInstruction *instruction)
{
    ZyanU64 target;

    for (unsigned i = 0; i < instruction->info.operand_count_visible; i++) {
        const ZydisDecodedOperand *operand = &instruction->operands[i];
        if (operand->type == ZYDIS_OPERAND_TYPE_IMMEDIATE && operand->imm.is_relative &&
            ZYAN_SUCCESS(ZydisCalcAbsoluteAddress(
                &instruction->info, operand, instruction->runtime_address, &target)))
            return target;
    }
    return 0;
}

static uint64_t find_slot(const ZydisDisassembledInstruction *instruction)
{
    ZyanU64 slot;

    for (unsigned i = 0; i < instruction->info.operand_count_visible; i++) {
        const ZydisDecodedOperand *operand = &instruction->operands[i];
        const bool fixed = operand->type == ZYDIS_OPERAND_TYPE_MEMORY &&
            operand->mem.index == ZYDIS_REGISTER_NONE &&
            (operand->mem.base == ZYDIS_REGISTER_NONE || operand->mem.base == ZYDIS_REGISTER_RIP);
        if (fixed &&
            ZYAN_SUCCESS(ZydisCalcAbsoluteAddress(
                &instruction->info, operand, instruction->runtime_address, &slot)))
            return slot;
    }
    return 0;
}

static void add(
    struct crash_names *names, const ZydisDisassembledInstruction *instruction, bool blamed)
{
    struct crash_instruction *known = &names->code[names->code_count++];

    known->address = instruction->runtime_address;
    known->length = instruction->info.length;
    known->blamed = blamed;
    known->target = find_target(instruction);
    known->slot = find_slot(instruction);
    memcpy(known->text, instruction->text, sizeof(known->text));
}

/* Around the one to blame, or the first few. */
static void choose(struct crash_names *names)
{
    size_t blamed = 0;

    for (size_t i = 0; i < names->code_count; i++)
        blamed = names->code[i].blamed ? i : blamed;
    names->code_first = blamed > SHOWN_BEFORE ? blamed - SHOWN_BEFORE : 0;
    names->code_end = blamed + SHOWN_AFTER < names->code_count ? blamed + SHOWN_AFTER
                                                               : names->code_count;
}

void crash_disassemble(struct crash_names *names)
{
    const KD_CRASH *crash = names->crash;
    const size_t pc = crash->CodePc - crash->CodeAddress < crash->CodeBytes
        ? crash->CodePc - crash->CodeAddress
        : 0;
    ZydisDisassembledInstruction instruction;
    size_t offset = 0;

    while (!crash->CodeStart && offset < pc && !leads_to(crash, offset, pc))
        offset++;
    while (offset < crash->CodeBytes && names->code_count < CRASH_INSTRUCTIONS &&
        decode(crash, offset, &instruction)) {
        const size_t next = offset + instruction.info.length;
        /* a frame further out stands behind its call */
        add(names, &instruction,
            crash->CodeFrame == 0 || crash->CodeFrame == KD_CRASH_NONE ? offset == pc : next == pc);
        offset = next;
        if (names->code_count > SHOWN_AFTER && names->code[names->code_count - SHOWN_AFTER].blamed)
            break;
        if (names->code_count == CRASH_INSTRUCTIONS) { /* far into a function: the last ones count
                                                        */
            memmove(names->code, names->code + CRASH_INSTRUCTIONS / 2, sizeof(names->code) / 2);
            names->code_count = CRASH_INSTRUCTIONS / 2;
        }
    }
    choose(names);
}

void crash_print_code(void *context, KD_TEXT *text)
{
    const struct crash_names *names = context;
    char name[800];

    for (size_t i = names->code_first; i < names->code_end; i++) {
        const struct crash_instruction *instruction = &names->code[i];
        const struct symbol_place *place = crash_place(names, instruction->target, true);
        const uint8_t *bytes = names->crash->CodeText +
            (instruction->address - names->crash->CodeAddress);
        char hex[32] = "";
        for (unsigned j = 0; j < instruction->length && j < 15; j++)
            snprintf(hex + 2 * j, 3, "%02x", bytes[j]);
        KdPrintText(text, "%s %016llx  %-20s %s", instruction->blamed ? ">" : " ",
            (unsigned long long)instruction->address, hex, instruction->text);
        if (instruction->import[0] != '\0')
            KdPrintText(text, "  ; import %s", instruction->import);
        else if (place != NULL && place->function[0] != '\0')
            KdPrintText(text, "  ; %s", place->function);
        else if (instruction->target != 0 &&
            KdCrashModule(names->crash, instruction->target) != NULL) {
            KdDescribeAddress(names->crash, instruction->target, name, sizeof(name));
            KdPrintText(text, "  ; %s", name);
        }
        KdPrintText(text, "\n");
    }
    if (names->code_first == names->code_end)
        KdPrintText(text, "  what is there is no code\n");
}
