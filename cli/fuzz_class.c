/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What kind of defect it is, by what there is to see of it: the bugcheck, where the processor was
 * and what it did, what lies on the stack, and whether addresses or sizes come out of the request.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "nt/ntimage.h"

#define ACCESS_WRITE 1
#define ACCESS_EXECUTE 8

struct fuzz_fault fuzz_fault(const KD_CRASH *crash)
{
    struct fuzz_fault fault = {.known = true, .pc = crash->ExceptionAddress};
    if (crash->IsException && crash->ExceptionCode == 0xC0000005u &&
        crash->ExceptionParameters >= 2) {
        fault.write = crash->ExceptionInformation[0] == ACCESS_WRITE;
        fault.execute = crash->ExceptionInformation[0] == ACCESS_EXECUTE;
        fault.address = crash->ExceptionInformation[1];
    } else if (crash->Code == PAGE_FAULT_IN_NONPAGED_AREA) {
        fault.write = crash->Parameter[1] == 1 || crash->Parameter[1] == 2;
        fault.address = crash->Parameter[0];
    } else if (crash->Code == DRIVER_IRQL_NOT_LESS_OR_EQUAL ||
        crash->Code == IRQL_NOT_LESS_OR_EQUAL) {
        fault.write = crash->Parameter[2] == ACCESS_WRITE;
        fault.execute = crash->Parameter[2] == ACCESS_EXECUTE;
        fault.address = crash->Parameter[0];
    } else if (crash->Code == ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY) {
        fault.execute = true;
        fault.address = crash->Parameter[0];
    } else {
        fault.known = false;
    }
    fault.execute |= fault.known && fault.address == fault.pc;
    return fault;
}

static bool in_driver(const KD_CRASH *crash, uint64_t address)
{
    for (uint32_t i = 0; i < crash->ModuleCount; i++) {
        if (!crash->Module[i].Own && address - crash->Module[i].Base < crash->Module[i].Size)
            return true;
    }
    return false;
}

/* Code went to where no code is: called there, the way back to the driver lies on top of the stack;
 * returned there, it does not. */
static const char *class_of_jump(const KD_CRASH *crash, uint64_t target)
{
    const bool called = crash->WordCount != 0 && in_driver(crash, crash->Word[0]);
    if (!called)
        return "stack buffer overflow";
    return target == 0 ? "call of NULL" : "type confusion"; /* a small number is no pointer to begin
                                                               with */
}

/* The request has the number in it. */
static bool comes_from_data(const struct fuzz_op *op, uint64_t address, uint32_t word)
{
    for (uint32_t at = 0; at + word <= FUZZ_HEAD && at + word <= op->in_bytes; at += 4) {
        uint64_t value = 0;
        memcpy(&value, op->head + at, word);
        if (value >= FUZZ_NEAR && address - value < FUZZ_NEAR)
            return true;
    }
    return false;
}

static bool is_buffer(const struct fuzz_op *op, uint64_t address, bool x86)
{
    const uint64_t in = fuzz_address(x86, op->thread, false, op->in_place, op->in_bytes);
    const uint64_t out = fuzz_address(x86, op->thread, true, op->out_place, op->out_bytes);
    const bool has_in = op->in_place != FUZZ_NULL, has_out = op->out_place != FUZZ_NULL;
    return (has_in && address - in < op->in_bytes + (uint64_t)FUZZ_NEAR) ||
        (has_out && address - out < op->out_bytes + (uint64_t)FUZZ_NEAR);
}

static uint64_t frame_pointer(const KD_CRASH *crash)
{
    ULONG count, general;
    const KD_REGISTER *registers = KdRegisters(crash->Machine, &count, &general);
    for (ULONG i = 0; i < general; i++) {
        if (strcmp(registers[i].Name, "rbp") == 0 || strcmp(registers[i].Name, "ebp") == 0)
            return KdRegisterValue(crash, &registers[i]);
    }
    return 0;
}

/* The function keeps its frame in a register, and that is no place on the stack any more. */
static bool frame_is_gone(const KD_CRASH *crash, uint64_t address)
{
    static const uint8_t saves_rbp[] = {0x55, 0x48, 0x89, 0xE5}, saves_ebp[] = {0x55, 0x89, 0xE5};
    const bool x86 = crash->Machine == IMAGE_FILE_MACHINE_I386;
    const size_t bytes = x86 ? sizeof(saves_ebp) : sizeof(saves_rbp);
    if (!crash->CodeStart || crash->CodeBytes < bytes ||
        memcmp(crash->CodeText, x86 ? saves_ebp : saves_rbp, bytes) != 0)
        return false;
    const uint64_t frame = frame_pointer(crash);
    return frame - crash->StackLimit >= crash->StackBase - crash->StackLimit &&
        address - frame + FUZZ_NEAR < 2 * FUZZ_NEAR;
}

static const char *class_of_fault(
    const KD_CRASH *crash, const struct fuzz_fault *fault, const struct fuzz_op *op)
{
    if (fault->execute)
        return class_of_jump(crash, fault->address);
    const bool above_stack = fault->write && fault->address - crash->StackBase < FUZZ_NEAR;
    if (above_stack || frame_is_gone(crash, fault->address))
        return "stack buffer overflow";
    const bool x86 = crash->Machine == IMAGE_FILE_MACHINE_I386;
    if (op != NULL && comes_from_data(op, fault->address, fuzz_ground(x86)->word))
        return fault->write ? "arbitrary write" : "arbitrary read";
    if (op != NULL && is_buffer(op, fault->address, x86))
        return "missing probe";
    if (fault->address < FUZZ_NEAR)
        return "NULL dereference";
    for (uint32_t i = 0; i < crash->PoolCount; i++) {
        const KD_CRASH_POOL *pool = &crash->Pool[i];
        if (pool->Parameter == 0 || pool->Asked == fault->address)
            return pool->Freed ? "use after free"
                : fault->write ? "pool overflow"
                               : "read beyond pool";
    }
    return fault->write ? "wild write" : "wild read";
}

static const char *class_of_sub_code(const KD_CRASH *crash)
{
    const uint32_t code = (uint32_t)crash->Parameter[0];
    if (crash->Code == DRIVER_VERIFIER_IOMANAGER_VIOLATION)
        return "I/O rule broken";
    if (crash->Code == SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION)
        return crash->Parameter[3] >= 0x23 && crash->Parameter[3] != 0x30 &&
                crash->Parameter[3] != 0x31
            ? "pool overflow"
            : "bad free";
    if (crash->Code == BAD_POOL_CALLER)
        return code == 6 || code == 7 ? "double free" : "bad free";
    if (code == 0x13 || code == 0x14)
        return "double free";
    if (code == 0x10)
        return "bad free";
    if ((code >= 0x51 && code <= 0x54) || code == 0x59)
        return "pool overflow";
    return "rule of a routine broken";
}

static const char *class_of_crash(const KD_CRASH *crash, const struct fuzz_op *op)
{
    switch (crash->Code) {
    case DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL:
    case PAGE_FAULT_IN_FREED_SPECIAL_POOL:
    case DRIVER_CAUGHT_MODIFYING_FREED_POOL:
        return "use after free";
    case DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION:
    case PAGE_FAULT_BEYOND_END_OF_ALLOCATION:
        return crash->Parameter[1] != 0 ? "pool overflow" : "read beyond pool";
    case DRIVER_OVERRAN_STACK_BUFFER:
        return "stack buffer overflow";
    case MULTIPLE_IRP_COMPLETE_REQUESTS:
        return "request completed twice";
    case DRIVER_VERIFIER_DETECTED_VIOLATION:
    case DRIVER_VERIFIER_IOMANAGER_VIOLATION:
    case SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION:
    case BAD_POOL_CALLER:
        return class_of_sub_code(crash);
    default:
        break;
    }
    const struct fuzz_fault fault = fuzz_fault(crash);
    if (fault.known)
        return class_of_fault(crash, &fault, op);
    return crash->IsException ? "unhandled exception" : "crash";
}

const char *fuzz_class(
    enum fuzz_end end, const struct fuzz_shared *shared, const struct fuzz_op *repeat, size_t count)
{
    const struct fuzz_op *last = count != 0 ? &repeat[count - 1] : NULL;
    switch (end) {
    case FUZZ_CRASH:
        return class_of_crash(&shared->crash, last);
    case FUZZ_FOUND:
        return strstr(shared->text, "unwritten memory") != NULL  ? "uninitialised memory"
               : strstr(shared->text, "with the kernel's rights") != NULL ? "missing access check"
               : strstr(shared->text, "leak") != NULL              ? "leak"
                                                                   : "finding";
    case FUZZ_HUNG:
        return "hang";
    case FUZZ_DIED:
        return "death of the machine";
    default:
        return "nothing";
    }
}

/* A sentence without its numbers, which differ from run to run. */
static bool same_words(const char *first, const char *second)
{
    for (;; first++, second++) {
        first += strcspn(first, "ghijklmnopqrstuvwxyz");
        second += strcspn(second, "ghijklmnopqrstuvwxyz");
        if (*first != *second)
            return false;
        if (*first == 0)
            return true;
    }
}

bool fuzz_same(enum fuzz_end first_end, const struct fuzz_shared *first, enum fuzz_end second_end,
    const struct fuzz_shared *second)
{
    if (first_end != second_end)
        return false;
    if (first_end == FUZZ_FOUND)
        return same_words(first->text, second->text);
    if (first_end != FUZZ_CRASH)
        return true;
    const bool sub_code = first->crash.Code == DRIVER_VERIFIER_DETECTED_VIOLATION ||
        first->crash.Code == DRIVER_VERIFIER_IOMANAGER_VIOLATION ||
        first->crash.Code == BAD_POOL_CALLER;
    return strcmp(class_of_crash(&first->crash, NULL), class_of_crash(&second->crash, NULL)) == 0 &&
        (!sub_code || first->crash.Code != second->crash.Code ||
            first->crash.Parameter[0] == second->crash.Parameter[0]);
}
