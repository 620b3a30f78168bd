/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What a system call gate is made of: SYS_GATE(Name, Count, Types) defines a SysX that packs its
 * arguments, enters the kernel and unpacks them there for NtX. On the way out the IRQL must be back
 * at PASSIVE_LEVEL and no critical region may be left open, as on Windows.
 */
#pragma once

#include "numbers.h"
#include "services.h"

/* The check failed: stops the machine. */
void SysCheckFailed(ULONG_PTR Service) __attribute__((noreturn));

static inline void SysCheckReturn(ULONG_PTR Service)
{
    if (__builtin_expect(KiGetIrql() != PASSIVE_LEVEL || KiHostThread->KernelApcDisable != 0, 0))
        SysCheckFailed(Service);
}

/* Parameter lists by count: names for a list of types, as a declaration, as struct members, as
 * initialisers, as arguments. */
#define SYS_CAT_(A, B) A##B
#define SYS_CAT(A, B) SYS_CAT_(A, B)
#define SYS_STRIP(...) __VA_ARGS__

#define SYS_EACH_1(M, S, T1) M(T1, 1)
#define SYS_EACH_2(M, S, T1, ...) M(T1, 2) S() SYS_EACH_1(M, S, __VA_ARGS__)
#define SYS_EACH_3(M, S, T1, ...) M(T1, 3) S() SYS_EACH_2(M, S, __VA_ARGS__)
#define SYS_EACH_4(M, S, T1, ...) M(T1, 4) S() SYS_EACH_3(M, S, __VA_ARGS__)
#define SYS_EACH_5(M, S, T1, ...) M(T1, 5) S() SYS_EACH_4(M, S, __VA_ARGS__)
#define SYS_EACH_6(M, S, T1, ...) M(T1, 6) S() SYS_EACH_5(M, S, __VA_ARGS__)
#define SYS_EACH_7(M, S, T1, ...) M(T1, 7) S() SYS_EACH_6(M, S, __VA_ARGS__)
#define SYS_EACH_8(M, S, T1, ...) M(T1, 8) S() SYS_EACH_7(M, S, __VA_ARGS__)
#define SYS_EACH_9(M, S, T1, ...) M(T1, 9) S() SYS_EACH_8(M, S, __VA_ARGS__)
#define SYS_EACH_10(M, S, T1, ...) M(T1, 10) S() SYS_EACH_9(M, S, __VA_ARGS__)
#define SYS_EACH_11(M, S, T1, ...) M(T1, 11) S() SYS_EACH_10(M, S, __VA_ARGS__)

#define SYS_COMMA() ,
#define SYS_NOTHING()
#define SYS_PARAMETER(T, N) T A##N
#define SYS_MEMBER(T, N) T A##N;
#define SYS_NAME(T, N) A##N
#define SYS_FIELD(T, N) Call->A##N
#define SYS_ONE(T, N) 0
#define SYS_SLOT(T, N) (ULONG64)(ULONG_PTR)A##N
#define SYS_FROM_SLOT(T, N) (T)(ULONG_PTR)Slot[SlotCount - N]

#define SYS_GATE(Name, Count, Types) SYS_GATE_(Name, Count, SYS_STRIP Types)
#define SYS_GATE_(Name, Count, ...) SYS_GATE__(Name, SYS_CAT(SYS_EACH_, Count), __VA_ARGS__)
#define SYS_GATE__(Name, EACH, ...)                                                   \
    typedef struct SYS_ARGUMENTS_##Name {                                             \
        EACH(SYS_MEMBER, SYS_NOTHING, __VA_ARGS__)                                    \
    } SYS_ARGUMENTS_##Name;                                                           \
    static NTSTATUS SysEnter##Name(void *Arguments)                                   \
    {                                                                                 \
        const SYS_ARGUMENTS_##Name *Call = Arguments;                                 \
        NTSTATUS Status = Nt##Name(EACH(SYS_FIELD, SYS_COMMA, __VA_ARGS__));          \
        SysCheckReturn((ULONG_PTR)Nt##Name);                                          \
        return Status;                                                                \
    }                                                                                 \
    NTSTATUS Sys##Name(EACH(SYS_PARAMETER, SYS_COMMA, __VA_ARGS__))                   \
    {                                                                                 \
        NTSTATUS Status = KeAttached() ? STATUS_SUCCESS : SysAttach();                \
        if (__builtin_expect(Status != STATUS_SUCCESS, 0)) {                          \
            const ULONG64 Slot[] = {EACH(SYS_SLOT, SYS_COMMA, __VA_ARGS__)};          \
            return Status == SYS_SERVED                                               \
                ? SysServed(SYS_NUMBER_##Name, Slot, sizeof(Slot) / sizeof(Slot[0]))  \
                : Status;                                                             \
        }                                                                             \
        SYS_ARGUMENTS_##Name Call = {EACH(SYS_NAME, SYS_COMMA, __VA_ARGS__)};         \
        return KeEnterKernel(SysEnter##Name, &Call, UserMode);                        \
    }                                                                                 \
    NTSTATUS SysDispatch##Name(const ULONG64 *Slot)                                   \
    {                                                                                 \
        enum {                                                                        \
            SlotCount = sizeof((const char[]){EACH(SYS_ONE, SYS_COMMA, __VA_ARGS__)}) \
        };                                                                            \
        return Sys##Name(EACH(SYS_FROM_SLOT, SYS_COMMA, __VA_ARGS__));                \
    }
