/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * intrin.h - found ahead of mingw-w64's, which it includes.
 *
 * Functions there that a library has, or none, are instructions to Microsoft's compiler; a driver
 * has no such library. A compiler may know their names, so that these have others.
 */
#ifndef DRIVERS_INTRIN_H
#define DRIVERS_INTRIN_H

#include_next <intrin.h>

#define DOTSYS_INTRINSIC static __inline__ __attribute__((always_inline, unused))

DOTSYS_INTRINSIC unsigned __int64 DotsysReadPmc(unsigned int Counter)
{
    unsigned int Low, High;

    __asm__ volatile("rdpmc" : "=a"(Low), "=d"(High) : "c"(Counter));
    return (unsigned __int64)High << 32 | Low;
}

DOTSYS_INTRINSIC unsigned __int64 DotsysGetXcr(unsigned int Register)
{
    unsigned int Low, High;

    __asm__ volatile("xgetbv" : "=a"(Low), "=d"(High) : "c"(Register));
    return (unsigned __int64)High << 32 | Low;
}

#define DOTSYS_DEBUG_REGISTER(Number)                                                   \
    case Number:                                                                        \
        if (Write)                                                                      \
            __asm__ volatile("mov %0, %%dr" #Number : : "r"(Value) : "memory");         \
        else                                                                            \
            __asm__ volatile("mov %%dr" #Number ", %0" : "=r"(Value) : : "memory");     \
        break;

/* mingw-w64 has these inline and nowhere else: clang leaves calls where they stand under __try. */
DOTSYS_INTRINSIC unsigned __int64 DotsysReadMsr(unsigned int Register)
{
    unsigned int Low, High;

    __asm__ volatile("rdmsr" : "=a"(Low), "=d"(High) : "c"(Register));
    return (unsigned __int64)High << 32 | Low;
}

DOTSYS_INTRINSIC void DotsysWriteMsr(unsigned int Register, unsigned __int64 Value)
{
    __asm__ volatile("wrmsr"
                     :
                     : "c"(Register), "a"((unsigned int)Value), "d"((unsigned int)(Value >> 32))
                     : "memory");
}

#define DOTSYS_PORT(Name, Type, Letter)                                                      \
    DOTSYS_INTRINSIC Type DotsysIn##Name(unsigned short Port)                                \
    {                                                                                        \
        Type Value;                                                                          \
        __asm__ volatile("in" Letter " %w1, %0" : "=a"(Value) : "Nd"(Port) : "memory");      \
        return Value;                                                                        \
    }                                                                                        \
    DOTSYS_INTRINSIC void DotsysOut##Name(unsigned short Port, Type Value)                   \
    {                                                                                        \
        __asm__ volatile("out" Letter " %0, %w1" : : "a"(Value), "Nd"(Port) : "memory");     \
    }
DOTSYS_PORT(Byte, unsigned char, "b")
DOTSYS_PORT(Word, unsigned short, "w")
DOTSYS_PORT(Dword, unsigned long, "l")
#undef DOTSYS_PORT

#define DOTSYS_CONTROL_REGISTER(Number)                                                 \
    DOTSYS_INTRINSIC __UINTPTR_TYPE__ DotsysReadCr##Number(void)                        \
    {                                                                                   \
        __UINTPTR_TYPE__ Value;                                                         \
        __asm__ volatile("mov %%cr" #Number ", %0" : "=r"(Value) : : "memory");         \
        return Value;                                                                   \
    }                                                                                   \
    DOTSYS_INTRINSIC void DotsysWriteCr##Number(__UINTPTR_TYPE__ Value)                 \
    {                                                                                   \
        __asm__ volatile("mov %0, %%cr" #Number : : "r"(Value) : "memory");             \
    }
DOTSYS_CONTROL_REGISTER(0)
DOTSYS_CONTROL_REGISTER(2)
DOTSYS_CONTROL_REGISTER(3)
DOTSYS_CONTROL_REGISTER(4)
#undef DOTSYS_CONTROL_REGISTER

/* The register is a constant, of which one instruction stays. */
DOTSYS_INTRINSIC __UINTPTR_TYPE__ DotsysDebugRegister(
    unsigned int Register, int Write, __UINTPTR_TYPE__ Value)
{
    switch (Register) {
        DOTSYS_DEBUG_REGISTER(0)
        DOTSYS_DEBUG_REGISTER(1)
        DOTSYS_DEBUG_REGISTER(2)
        DOTSYS_DEBUG_REGISTER(3)
        DOTSYS_DEBUG_REGISTER(6)
        DOTSYS_DEBUG_REGISTER(7)
    }
    return Value;
}
#undef DOTSYS_DEBUG_REGISTER

#ifndef __clang__
__attribute__((noreturn)) DOTSYS_INTRINSIC void DotsysFastFail(unsigned int Code)
{
    __asm__ volatile("int $0x29" : : "c"(Code));
    __builtin_unreachable();
}
#undef __fastfail
#define __fastfail(Code)          DotsysFastFail(Code)
#define _ReturnAddress()          __builtin_return_address(0)
#define _AddressOfReturnAddress() ((void *)((void **)__builtin_frame_address(0) + 1))
#endif

#ifdef __x86_64__
DOTSYS_INTRINSIC unsigned char DotsysCompareExchange128(
    __int64 volatile *Target, __int64 High, __int64 Low, __int64 *Compared)
{
    unsigned char Equal;

    __asm__ volatile("lock cmpxchg16b %1\n\tsete %0"
                     : "=q"(Equal), "+m"(*(unsigned __int128 volatile *)Target),
                     "+a"(Compared[0]), "+d"(Compared[1])
                     : "b"(Low), "c"(High)
                     : "cc", "memory");
    return Equal;
}
#undef _InterlockedCompareExchange128
#undef InterlockedCompareExchange128
#define _InterlockedCompareExchange128 DotsysCompareExchange128
#define InterlockedCompareExchange128  DotsysCompareExchange128
#endif

#undef _xgetbv
#undef _disable
#undef _enable
#undef __nop
#define __readmsr(Register)         DotsysReadMsr(Register)
#define __writemsr(Register, Value) DotsysWriteMsr(Register, Value)
#define __inbyte(Port)              DotsysInByte(Port)
#define __inword(Port)              DotsysInWord(Port)
#define __indword(Port)             DotsysInDword(Port)
#define __outbyte(Port, Value)      DotsysOutByte(Port, Value)
#define __outword(Port, Value)      DotsysOutWord(Port, Value)
#define __outdword(Port, Value)     DotsysOutDword(Port, Value)
#define __readcr0()                 DotsysReadCr0()
#define __readcr2()                 DotsysReadCr2()
#define __readcr3()                 DotsysReadCr3()
#define __readcr4()                 DotsysReadCr4()
#define __writecr0(Value)           DotsysWriteCr0(Value)
#define __writecr3(Value)           DotsysWriteCr3(Value)
#define __writecr4(Value)           DotsysWriteCr4(Value)
#define __readpmc(Counter)         DotsysReadPmc(Counter)
#define _xgetbv(Register)          DotsysGetXcr(Register)
#define __readdr(Register)         DotsysDebugRegister(Register, 0, 0)
#define __writedr(Register, Value) ((void)DotsysDebugRegister(Register, 1, Value))
#define _disable()                 __asm__ volatile("cli" : : : "memory")
#define _enable()                  __asm__ volatile("sti" : : : "memory")
#define __halt()                   __asm__ volatile("hlt" : : : "memory")
#define __invlpg(Address)          __asm__ volatile("invlpg (%0)" : : "r"(Address) : "memory")
#define __wbinvd()                 __asm__ volatile("wbinvd" : : : "memory")
#define __sidt(Table)              __asm__ volatile("sidt (%0)" : : "r"(Table) : "memory")
#define __lidt(Table)              __asm__ volatile("lidt (%0)" : : "r"(Table) : "memory")
#define _sgdt(Table)               __asm__ volatile("sgdt (%0)" : : "r"(Table) : "memory")
#define __nop()                    __asm__ volatile("nop")
#define __ud2()                    __asm__ volatile("ud2")
#define _byteswap_ushort(Value)    __builtin_bswap16(Value)
#define _byteswap_ulong(Value)     ((unsigned long)__builtin_bswap32(Value))
#define _byteswap_uint64(Value)    __builtin_bswap64(Value)

#endif
