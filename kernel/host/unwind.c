/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Stepping through frames of our own code by DWARF call-frame information, so that an exception in
 * one driver can pass through the kernel's frames into the driver that called it. Reads .eh_frame
 * of whatever library holds the address, found without locks; evaluates one frame at a time;
 * allocates nothing. Format: DWARF 4 chapter 6.4 and the LSB's eh_frame.
 */
#include "host/host.h"

#include <dlfcn.h>
#include <string.h>

#if defined(__x86_64__)
#define CFI_REGISTERS 33 /* 0-15 integer, 16 return address, 17-32 xmm0-15 */
#define CFI_FIRST_VECTOR 17
#define CFI_STACK_REGISTER 7
static const uint16_t cfi_register_offset[17] = {offsetof(CONTEXT, Rax), offsetof(CONTEXT, Rdx),
    offsetof(CONTEXT, Rcx), offsetof(CONTEXT, Rbx), offsetof(CONTEXT, Rsi), offsetof(CONTEXT, Rdi),
    offsetof(CONTEXT, Rbp), offsetof(CONTEXT, Rsp), offsetof(CONTEXT, R8), offsetof(CONTEXT, R9),
    offsetof(CONTEXT, R10), offsetof(CONTEXT, R11), offsetof(CONTEXT, R12), offsetof(CONTEXT, R13),
    offsetof(CONTEXT, R14), offsetof(CONTEXT, R15), offsetof(CONTEXT, Rip)};
#else
#define CFI_REGISTERS 9
#define CFI_FIRST_VECTOR 9
#define CFI_STACK_REGISTER 4
static const uint16_t cfi_register_offset[9] = {offsetof(CONTEXT, Eax), offsetof(CONTEXT, Ecx),
    offsetof(CONTEXT, Edx), offsetof(CONTEXT, Ebx), offsetof(CONTEXT, Esp), offsetof(CONTEXT, Ebp),
    offsetof(CONTEXT, Esi), offsetof(CONTEXT, Edi), offsetof(CONTEXT, Eip)};
#endif
#define CFI_REMEMBERED 8

enum cfi_rule {
    CFI_SAME,
    CFI_UNDEFINED,
    CFI_OFFSET,
    CFI_VALUE_OFFSET,
    CFI_REGISTER,
    CFI_EXPRESSION,
    CFI_VALUE_EXPRESSION
};

struct cfi_state {
    struct {
        uint8_t rule;
        int64_t operand;          /* offset from the CFA, or register number */
        const uint8_t *expression; /* length-prefixed */
    } reg[CFI_REGISTERS];
    unsigned cfa_register;
    int64_t cfa_offset;
    const uint8_t *cfa_expression;
};

struct cfi_frame {
    const uint8_t *instructions, *end;       /* the FDE's */
    const uint8_t *cie_instructions, *cie_end;
    uintptr_t start, size;
    uint64_t code_alignment;
    int64_t data_alignment;
    unsigned return_register;
    bool has_augmentation;
    uint8_t pointer_encoding;
};

static uint64_t cfi_unsigned(const uint8_t **at)
{
    uint64_t value = 0;
    unsigned shift = 0;
    uint8_t byte;
    do {
        byte = *(*at)++;
        if (shift < 64)
            value |= (uint64_t)(byte & 0x7f) << shift;
        shift += 7;
    } while (byte & 0x80);
    return value;
}

static int64_t cfi_signed(const uint8_t **at)
{
    uint64_t value = 0;
    unsigned shift = 0;
    uint8_t byte;
    do {
        byte = *(*at)++;
        if (shift < 64)
            value |= (uint64_t)(byte & 0x7f) << shift;
        shift += 7;
    } while (byte & 0x80);
    if (shift < 64 && (byte & 0x40))
        value |= ~(uint64_t)0 << shift;
    return (int64_t)value;
}

#define CFI_FIXED(at, type)                       \
    ({                                            \
        type fixed_;                              \
        memcpy(&fixed_, *(at), sizeof(fixed_));   \
        *(at) += sizeof(fixed_);                  \
        fixed_;                                   \
    })

/* One encoded pointer (DW_EH_PE_*). data_base serves datarel. */
static uintptr_t cfi_pointer(const uint8_t **at, uint8_t encoding, uintptr_t data_base)
{
    const uint8_t *origin = *at;
    uintptr_t value = 0;
    switch (encoding & 0x0f) {
    case 0x00: value = CFI_FIXED(at, uintptr_t); break;
    case 0x01: value = (uintptr_t)cfi_unsigned(at); break;
    case 0x02: value = CFI_FIXED(at, uint16_t); break;
    case 0x03: value = CFI_FIXED(at, uint32_t); break;
    case 0x04: value = (uintptr_t)CFI_FIXED(at, uint64_t); break;
    case 0x09: value = (uintptr_t)cfi_signed(at); break;
    case 0x0a: value = (uintptr_t)(intptr_t)CFI_FIXED(at, int16_t); break;
    case 0x0b: value = (uintptr_t)(intptr_t)CFI_FIXED(at, int32_t); break;
    case 0x0c: value = (uintptr_t)CFI_FIXED(at, int64_t); break;
    default: return 0;
    }
    if ((encoding & 0x70) == 0x10)
        value += (uintptr_t)origin;
    else if ((encoding & 0x70) == 0x30)
        value += data_base;
    if (encoding & 0x80)
        memcpy(&value, (const void *)value, sizeof(value));
    return value;
}

/* The FDE for pc by binary search in .eh_frame_hdr, or NULL. */
static const uint8_t *cfi_find(const uint8_t *header, uintptr_t pc)
{
    const uint8_t *at = header + 4;
    if (header[0] != 1 || header[3] != 0x3b) /* a sorted table of datarel sdata4 pairs is what every
                                                linker writes */
        return NULL;
    cfi_pointer(&at, header[1], (uintptr_t)header);
    size_t count = cfi_pointer(&at, header[2], (uintptr_t)header);
    const struct { int32_t start, fde; } *table = (const void *)at;
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if ((uintptr_t)header + (intptr_t)table[middle].start <= pc)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? NULL : header + table[low - 1].fde;
}

static void cfi_read_cie(const uint8_t *cie, struct cfi_frame *frame)
{
    const uint8_t *at = cie;
    uint32_t length = CFI_FIXED(&at, uint32_t);
    frame->cie_end = at + length;
    at += 4;                      /* CIE id */
    uint8_t version = *at++;
    const char *augmentation = (const char *)at;
    at += strlen(augmentation) + 1;
    frame->code_alignment = cfi_unsigned(&at);
    frame->data_alignment = cfi_signed(&at);
    frame->return_register = version == 1 ? *at++ : (unsigned)cfi_unsigned(&at);
    frame->pointer_encoding = 0;
    frame->has_augmentation = augmentation[0] == 'z';
    if (frame->has_augmentation) {
        uint64_t bytes = cfi_unsigned(&at);
        frame->cie_instructions = at + bytes;
        for (const char *letter = augmentation + 1; *letter != 0; letter++) {
            if (*letter == 'R') {
                frame->pointer_encoding = *at++;
            } else if (*letter == 'L') {
                at++;
            } else if (*letter == 'P') {
                uint8_t encoding = *at++;
                cfi_pointer(&at, encoding & 0x7f, 0);
            }
        }
    } else {
        frame->cie_instructions = at;
    }
}

static bool cfi_read_fde(const uint8_t *fde, struct cfi_frame *frame)
{
    const uint8_t *at = fde;
    uint32_t length = CFI_FIXED(&at, uint32_t);
    if (length == 0 || length == UINT32_MAX)
        return false;
    frame->end = at + length;
    const uint8_t *cie_field = at;
    uint32_t cie_offset = CFI_FIXED(&at, uint32_t);
    if (cie_offset == 0)
        return false;
    cfi_read_cie(cie_field - cie_offset, frame);
    frame->start = cfi_pointer(&at, frame->pointer_encoding, 0);
    frame->size = cfi_pointer(&at, frame->pointer_encoding & 0x0f, 0);
    if (frame->has_augmentation) {
        uint64_t bytes = cfi_unsigned(&at);
        at += bytes;
    }
    frame->instructions = at;
    return true;
}

static void cfi_set(struct cfi_state *state, uint64_t reg, enum cfi_rule rule, int64_t operand)
{
    if (reg < CFI_REGISTERS) {
        state->reg[reg].rule = (uint8_t)rule;
        state->reg[reg].operand = operand;
    }
}

static void cfi_set_expression(
    struct cfi_state *state, uint64_t reg, enum cfi_rule rule, const uint8_t **at)
{
    const uint8_t *expression = *at;
    uint64_t bytes = cfi_unsigned(at);
    *at += bytes;
    if (reg < CFI_REGISTERS) {
        state->reg[reg].rule = (uint8_t)rule;
        state->reg[reg].expression = expression;
    }
}

/* Runs instructions up to pc. initial is the state after the CIE's, for DW_CFA_restore. False:
 * unknown instruction. */
static bool cfi_run(const uint8_t *at, const uint8_t *end, const struct cfi_frame *frame,
    uintptr_t pc, const struct cfi_state *initial, struct cfi_state *state)
{
    struct cfi_state remembered[CFI_REMEMBERED];
    unsigned depth = 0;
    uintptr_t location = frame->start;
    while (at < end && location <= pc) {
        uint8_t op = *at++;
        uint64_t reg;
        switch (op & 0xc0) {
        case 0x40: location += (op & 0x3f) * frame->code_alignment; continue;
        case 0x80:
            cfi_set(
                state, op & 0x3f, CFI_OFFSET, (int64_t)cfi_unsigned(&at) * frame->data_alignment);
            continue;
        case 0xc0:
            if ((op & 0x3f) < CFI_REGISTERS)
                state->reg[op & 0x3f] = initial->reg[op & 0x3f];
            continue;
        default: break;
        }
        switch (op) {
        case 0x00: break; /* nop */
        case 0x01: location = cfi_pointer(&at, frame->pointer_encoding, 0); break;
        case 0x02: location += CFI_FIXED(&at, uint8_t) * frame->code_alignment; break;
        case 0x03: location += CFI_FIXED(&at, uint16_t) * frame->code_alignment; break;
        case 0x04: location += CFI_FIXED(&at, uint32_t) * frame->code_alignment; break;
        case 0x05: reg = cfi_unsigned(&at);
            cfi_set(state, reg, CFI_OFFSET, (int64_t)cfi_unsigned(&at) * frame->data_alignment);
            break;
        case 0x06: reg = cfi_unsigned(&at);
            if (reg < CFI_REGISTERS)
                state->reg[reg] = initial->reg[reg];
            break;
        case 0x07: cfi_set(state, cfi_unsigned(&at), CFI_UNDEFINED, 0); break;
        case 0x08: cfi_set(state, cfi_unsigned(&at), CFI_SAME, 0); break;
        case 0x09: reg = cfi_unsigned(&at);
            cfi_set(state, reg, CFI_REGISTER, (int64_t)cfi_unsigned(&at)); break;
        case 0x0a:
            if (depth == CFI_REMEMBERED)
                return false;
            remembered[depth++] = *state;
            break;
        case 0x0b:
            if (depth == 0)
                return false;
            *state = remembered[--depth];
            break;
        case 0x0c: state->cfa_expression = NULL;
            state->cfa_register = (unsigned)cfi_unsigned(&at);
            state->cfa_offset = (int64_t)cfi_unsigned(&at); break;
        case 0x0d: state->cfa_register = (unsigned)cfi_unsigned(&at); break;
        case 0x0e: state->cfa_offset = (int64_t)cfi_unsigned(&at); break;
        case 0x0f: {
            state->cfa_expression = at;
            uint64_t bytes = cfi_unsigned(&at);
            at += bytes;
            break;
        }
        case 0x10:
            reg = cfi_unsigned(&at);
            cfi_set_expression(state, reg, CFI_EXPRESSION, &at);
            break;
        case 0x11: reg = cfi_unsigned(&at);
            cfi_set(state, reg, CFI_OFFSET, cfi_signed(&at) * frame->data_alignment); break;
        case 0x12: state->cfa_expression = NULL;
            state->cfa_register = (unsigned)cfi_unsigned(&at);
            state->cfa_offset = cfi_signed(&at) * frame->data_alignment; break;
        case 0x13: state->cfa_offset = cfi_signed(&at) * frame->data_alignment; break;
        case 0x14: reg = cfi_unsigned(&at);
            cfi_set(
                state, reg, CFI_VALUE_OFFSET, (int64_t)cfi_unsigned(&at) * frame->data_alignment);
            break;
        case 0x15: reg = cfi_unsigned(&at);
            cfi_set(state, reg, CFI_VALUE_OFFSET, cfi_signed(&at) * frame->data_alignment); break;
        case 0x16:
            reg = cfi_unsigned(&at);
            cfi_set_expression(state, reg, CFI_VALUE_EXPRESSION, &at);
            break;
        case 0x2e: cfi_unsigned(&at); break; /* GNU_args_size */
        default: return false;
        }
    }
    return true;
}

static ULONG_PTR cfi_get(const CONTEXT *context, uint64_t reg)
{
    ULONG_PTR value = 0;
    if (reg < sizeof(cfi_register_offset) / sizeof(cfi_register_offset[0]))
        memcpy(&value, (const uint8_t *)context + cfi_register_offset[reg], sizeof(value));
    return value;
}

/* A DWARF expression as call-frame information uses them; the stack starts with initial. */
static bool cfi_evaluate(
    const uint8_t *expression, const CONTEXT *context, ULONG_PTR initial, ULONG_PTR *result)
{
    const uint8_t *at = expression;
    uint64_t bytes = cfi_unsigned(&at);
    const uint8_t *end = at + bytes;
    intptr_t stack[16] = {(intptr_t)initial};
    unsigned top = 1;
    while (at < end) {
        uint8_t op = *at++;
        if (top >= 15)
            return false;
        if (op >= 0x30 && op <= 0x4f) {
            stack[top++] = op - 0x30; /* lit0-31 */
        } else if (op >= 0x70 && op <= 0x8f) {
            intptr_t base = (intptr_t)cfi_get(context, op - 0x70u); /* breg */
            stack[top++] = base + (intptr_t)cfi_signed(&at);
        } else {
            switch (op) {
            /* deref */
            case 0x06:
                memcpy(&stack[top - 1], (const void *)stack[top - 1], sizeof(stack[0]));
                break;
            case 0x08: stack[top++] = CFI_FIXED(&at, uint8_t); break;
            case 0x09: stack[top++] = CFI_FIXED(&at, int8_t); break;
            case 0x0a: stack[top++] = CFI_FIXED(&at, uint16_t); break;
            case 0x0b: stack[top++] = CFI_FIXED(&at, int16_t); break;
            case 0x10: stack[top++] = (intptr_t)cfi_unsigned(&at); break;
            case 0x11: stack[top++] = (intptr_t)cfi_signed(&at); break;
            case 0x1a: top--; stack[top - 1] &= stack[top]; break;
            case 0x1c: top--; stack[top - 1] -= stack[top]; break;
            case 0x22: top--; stack[top - 1] += stack[top]; break;
            case 0x23: stack[top - 1] += (intptr_t)cfi_unsigned(&at); break; /* plus_uconst */
            case 0x24: top--; stack[top - 1] <<= stack[top]; break;
            case 0x2a: top--; stack[top - 1] = stack[top - 1] >= stack[top]; break;
            default: return false;
            }
        }
        if (top == 0)
            return false;
    }
    *result = (ULONG_PTR)stack[top - 1];
    return true;
}

static void cfi_load_vector(CONTEXT *context, unsigned reg, ULONG_PTR from)
{
#if defined(__x86_64__)
    memcpy(&context->FltSave.XmmRegisters[reg - CFI_FIRST_VECTOR], (const void *)from, 16);
#else
    (void)context, (void)reg, (void)from;
#endif
}

static bool cfi_apply(const struct cfi_state *state, unsigned return_register, CONTEXT *context)
{
    CONTEXT before = *context;
    ULONG_PTR cfa;
    if (state->cfa_expression != NULL) {
        if (!cfi_evaluate(state->cfa_expression, &before, 0, &cfa))
            return false;
    } else {
        cfa = cfi_get(&before, state->cfa_register) + (ULONG_PTR)state->cfa_offset;
    }
    if (state->reg[return_register].rule != CFI_OFFSET)
        return false; /* the outermost frame says its return address is undefined */

    for (unsigned reg = 0; reg < CFI_REGISTERS; reg++) {
        ULONG_PTR where = cfa + (ULONG_PTR)state->reg[reg].operand;
        ULONG_PTR value = 0;
        switch (state->reg[reg].rule) {
        case CFI_OFFSET:
            if (reg >= CFI_FIRST_VECTOR) {
                cfi_load_vector(context, reg, where);
                continue;
            }
            memcpy(&value, (const void *)where, sizeof(value));
            break;
        case CFI_VALUE_OFFSET:
            value = where;
            break;
        case CFI_REGISTER:
            value = cfi_get(&before, (uint64_t)state->reg[reg].operand);
            break;
        case CFI_EXPRESSION:
            if (!cfi_evaluate(state->reg[reg].expression, &before, cfa, &where))
                return false;
            if (reg >= CFI_FIRST_VECTOR) {
                cfi_load_vector(context, reg, where);
                continue;
            }
            memcpy(&value, (const void *)where, sizeof(value));
            break;
        case CFI_VALUE_EXPRESSION:
            if (!cfi_evaluate(state->reg[reg].expression, &before, cfa, &value))
                return false;
            break;
        default:
            continue;
        }
        if (reg < CFI_FIRST_VECTOR)
            memcpy((uint8_t *)context + cfi_register_offset[reg], &value, sizeof(value));
    }
    memcpy((uint8_t *)context + cfi_register_offset[CFI_STACK_REGISTER], &cfa, sizeof(cfa));
    return true;
}

bool host_unwind_frame(CONTEXT *context, bool after_call)
{
    struct dl_find_object object;
    struct cfi_frame frame;
    struct cfi_state initial, state;
    CONTEXT result = *context;
#if defined(__x86_64__)
    uintptr_t pc = context->Rip - after_call;
#else
    uintptr_t pc = context->Eip - after_call;
#endif
    if (_dl_find_object((void *)pc, &object) != 0 || object.dlfo_eh_frame == NULL)
        return false;
    const uint8_t *fde = cfi_find(object.dlfo_eh_frame, pc);
    if (fde == NULL || !cfi_read_fde(fde, &frame) || pc - frame.start >= frame.size)
        return false;

    memset(&initial, 0, sizeof(initial));
    if (!cfi_run(frame.cie_instructions, frame.cie_end, &frame, UINTPTR_MAX, &initial, &initial))
        return false;
    state = initial;
    if (!cfi_run(frame.instructions, frame.end, &frame, pc, &initial, &state))
        return false;
    if (frame.return_register >= CFI_REGISTERS ||
        !cfi_apply(&state, frame.return_register, &result))
        return false;
    *context = result;
    return true;
}
