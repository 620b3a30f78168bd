/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What a debugger needs to know about driver images: a function it may put a breakpoint on, a
 * list it may read when it attaches later. tools/dotsys-gdb.py uses both; their names and layout
 * are fixed.
 */
#include "ldr/ldrp.h"

#define LDRP_FOR_DEBUGGERS __attribute__((visibility("default"), used))

typedef struct LDRP_DEBUG_IMAGE {
    const char *Path;
    ULONG_PTR Base;
    ULONG_PTR Size;
    int Loaded;
} LDRP_DEBUG_IMAGE;

void dotsys_debug_image(const char *HostPath, ULONG_PTR Base, ULONG_PTR Size, int Loaded);

extern const ULONG dotsys_debug_image_slots;
LDRP_FOR_DEBUGGERS const ULONG dotsys_debug_image_slots = LDRP_MAX_IMAGES;

extern LDRP_DEBUG_IMAGE dotsys_debug_images[LDRP_MAX_IMAGES];
LDRP_FOR_DEBUGGERS LDRP_DEBUG_IMAGE dotsys_debug_images[LDRP_MAX_IMAGES];

/* Not 0: code pages are writable from now on. */
extern int dotsys_debug_writable_code;
LDRP_FOR_DEBUGGERS int dotsys_debug_writable_code;

/* Called when an image lies in memory but is not protected yet, and before it is unmapped. */
LDRP_FOR_DEBUGGERS __attribute__((noinline)) void dotsys_debug_image(
    const char *HostPath, ULONG_PTR Base, ULONG_PTR Size, int Loaded)
{
    __asm__ volatile("" : : "r"(HostPath), "r"(Base), "r"(Size), "r"(Loaded) : "memory");
}

void LdrpTellDebugger(const LDRP_IMAGE *Image, BOOLEAN Loaded)
{
    LDRP_DEBUG_IMAGE *Entry = &dotsys_debug_images[Image->Slot];

    Entry->Path = Image->Public.HostPath;
    Entry->Base = (ULONG_PTR)Image->Public.Base;
    Entry->Size = Image->Public.SizeOfImage;
    Entry->Loaded = Loaded;
    dotsys_debug_image(Entry->Path, Entry->Base, Entry->Size, Loaded);
}

unsigned LdrpDebuggerProtection(void)
{
    return *(volatile int *)&dotsys_debug_writable_code ? HOST_WRITE : 0;
}
