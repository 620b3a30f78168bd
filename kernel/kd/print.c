/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * DbgPrint and its family: format, filter, tell who printed. Lines are put together in line.c.
 *
 * Windows prints a message when the bit of its level is set in the mask of its component. There,
 * masks are zero unless the registry or a debugger says otherwise, so that most messages, all of
 * DbgPrint's since Vista among them (component DEFAULT, level INFO), are not seen. Here masks begin
 * with every bit set, as if DebugView captured everything; what DbgSetDebugFilterState takes away
 * is gone.
 */
#include "kd/kdp.h"

/* Components are numbers; the last of Windows 11 is below this. */
#define KDP_COMPONENTS  160
#define KDP_EVERY_LEVEL 0xFFFFFFFFu
#define KDP_WIN2000     0xFFFFFFFFu /* as a component: only the mask of all components counts */
#define KDP_DEFAULT     101         /* DPFLTR_DEFAULT_ID */
#define KDP_INFO        3           /* DPFLTR_INFO_LEVEL */
#define KDP_CALLBACKS   8

static ULONG KdpShownByAll = 1; /* errors, whatever the component */
static ULONG KdpHidden[KDP_COMPONENTS];
static DEBUG_PRINT_CALLBACK *KdpCallback[KDP_CALLBACKS];

void KdpResetFilter(void)
{
    __atomic_store_n(&KdpShownByAll, 1, __ATOMIC_RELAXED);
    for (unsigned Component = 0; Component < KDP_COMPONENTS; Component++)
        __atomic_store_n(&KdpHidden[Component], 0, __ATOMIC_RELAXED);
    for (unsigned Slot = 0; Slot < KDP_CALLBACKS; Slot++)
        __atomic_store_n(&KdpCallback[Slot], NULL, __ATOMIC_RELAXED);
}

/* Levels up to 31 are bit numbers, others masks. */
static inline ULONG KdpLevelMask(ULONG Level)
{
    return Level < 32 ? 1u << Level : Level;
}

/*
 * DbgQueryDebugFilterState - whether messages of a component and level are printed.
 *
 * IRQL:    any
 * Returns: TRUE, FALSE; INVALID_PARAMETER_1: no such component.
 * Source:  DOC devtest, Reading and Filtering Debugging Messages; the status INF
 */
NTSTATUS NTAPI DbgQueryDebugFilterState(ULONG ComponentId, ULONG Level)
{
    ULONG Shown = __atomic_load_n(&KdpShownByAll, __ATOMIC_RELAXED);

    if (ComponentId < KDP_COMPONENTS)
        Shown |= ~__atomic_load_n(&KdpHidden[ComponentId], __ATOMIC_RELAXED);
    else if (ComponentId != KDP_WIN2000)
        return STATUS_INVALID_PARAMETER_1;
    return (Shown & KdpLevelMask(Level)) != 0;
}

/*
 * DbgSetDebugFilterState - show or hide messages of a component and level.
 *
 * ComponentId: 0xFFFFFFFF: what is shown of all components.
 * IRQL:    any
 * Returns: SUCCESS; INVALID_PARAMETER_1: no such component.
 * Source:  DOC devtest, Reading and Filtering Debugging Messages; the status INF
 */
NTSTATUS NTAPI DbgSetDebugFilterState(ULONG ComponentId, ULONG Level, BOOLEAN State)
{
    ULONG Mask = KdpLevelMask(Level);

    if (ComponentId == KDP_WIN2000) {
        if (State)
            __atomic_fetch_or(&KdpShownByAll, Mask, __ATOMIC_RELAXED);
        else
            __atomic_fetch_and(&KdpShownByAll, ~Mask, __ATOMIC_RELAXED);
        return STATUS_SUCCESS;
    }
    if (ComponentId >= KDP_COMPONENTS)
        return STATUS_INVALID_PARAMETER_1;
    if (State)
        __atomic_fetch_and(&KdpHidden[ComponentId], ~Mask, __ATOMIC_RELAXED);
    else
        __atomic_fetch_or(&KdpHidden[ComponentId], Mask, __ATOMIC_RELAXED);
    return STATUS_SUCCESS;
}

/*
 * DbgSetDebugPrintCallback - have Callback called with everything that is printed, or no longer.
 *
 * IRQL:    any
 * Returns: SUCCESS; NO_MEMORY: 8 listen already; NOT_FOUND: it did not listen.
 * Source:  INF (not documented; prototype in public headers)
 */
NTSTATUS NTAPI DbgSetDebugPrintCallback(DEBUG_PRINT_CALLBACK *Callback, BOOLEAN Enable)
{
    for (unsigned Slot = 0; Slot < KDP_CALLBACKS; Slot++) {
        DEBUG_PRINT_CALLBACK *Expected = Enable ? NULL : Callback;

        if (__atomic_compare_exchange_n(&KdpCallback[Slot], &Expected, Enable ? Callback : NULL,
                FALSE, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
            return STATUS_SUCCESS;
    }
    return Enable ? STATUS_NO_MEMORY : STATUS_NOT_FOUND;
}

static void KdpTellCallbacks(ULONG ComponentId, ULONG Level, char *Text, SIZE_T Length)
{
    STRING Output = {(USHORT)Length, KDP_CALL_BYTES, Text};

    for (unsigned Slot = 0; Slot < KDP_CALLBACKS; Slot++) {
        DEBUG_PRINT_CALLBACK *Callback = __atomic_load_n(&KdpCallback[Slot], __ATOMIC_ACQUIRE);

        if (Callback != NULL)
            Callback(&Output, ComponentId, Level);
    }
}

/* Formatting touches the driver's memory and may raise an exception: no lock is held. */
static ULONG KdpPrintEx(ULONG_PTR Caller, const char *Prefix, ULONG ComponentId, ULONG Level,
    const char *Format, NT_VA_LIST Arguments)
{
    char Text[KDP_CALL_BYTES];
    char Source[64];
    SIZE_T Length = 0;
    int Formatted;

    if (ComponentId != KDP_WIN2000 && DbgQueryDebugFilterState(ComponentId, Level) != TRUE)
        return STATUS_SUCCESS;
    while (Prefix[Length] != 0 && Length < sizeof(Text) - 1) {
        Text[Length] = Prefix[Length];
        Length++;
    }
    Formatted = RtlpFormatA(Text + Length, sizeof(Text) - Length, Format, Arguments);
    if (Formatted >= 0) {
        Length += (SIZE_T)Formatted;
    } else {
        Length = sizeof(Text);
        Text[Length - 1] = '\n';
    }
    KdpTellCallbacks(ComponentId, Level, Text, Length);
    KdpNameCaller(Caller, Source, sizeof(Source));
    KdpPrint(Source, Text, Length);
    return STATUS_SUCCESS;
}

#define KDP_CALLER ((ULONG_PTR)__builtin_return_address(0))

/*
 * DbgPrint, DbgPrintReturnControlC - print, as component DEFAULT at level INFO. Of a call, 512
 * bytes.
 *
 * Format:  see rtl/format.c.
 * IRQL:    <= DIRQL; with wide text PASSIVE_LEVEL
 * Returns: SUCCESS; DbgPrintReturnControlC FALSE, which is the same: nobody pressed it.
 * Source:  DOC wdm/DbgPrint; DbgPrintReturnControlC INF
 */
ULONG NTAPIV DbgPrint(const char *Format, ...)
{
    NT_VA_LIST Arguments;
    ULONG Status;

    NT_VA_START(Arguments, Format);
    Status = KdpPrintEx(KDP_CALLER, "", KDP_DEFAULT, KDP_INFO, Format, Arguments);
    NT_VA_END(Arguments);
    return Status;
}

ULONG NTAPIV DbgPrintReturnControlC(const char *Format, ...)
{
    NT_VA_LIST Arguments;
    ULONG Status;

    NT_VA_START(Arguments, Format);
    Status = KdpPrintEx(KDP_CALLER, "", KDP_DEFAULT, KDP_INFO, Format, Arguments);
    NT_VA_END(Arguments);
    return Status;
}

/*
 * DbgPrintEx, vDbgPrintEx, vDbgPrintExWithPrefix - print, if the component's filter shows the
 * level.
 *
 * IRQL:    <= DIRQL; with wide text PASSIVE_LEVEL
 * Returns: SUCCESS, also when nothing is shown.
 * Source:  DOC wdm/DbgPrintEx, vDbgPrintEx, vDbgPrintExWithPrefix
 */
ULONG NTAPIV DbgPrintEx(ULONG ComponentId, ULONG Level, const char *Format, ...)
{
    NT_VA_LIST Arguments;
    ULONG Status;

    NT_VA_START(Arguments, Format);
    Status = KdpPrintEx(KDP_CALLER, "", ComponentId, Level, Format, Arguments);
    NT_VA_END(Arguments);
    return Status;
}

ULONG NTAPI vDbgPrintEx(ULONG ComponentId, ULONG Level, const char *Format, NT_VA_LIST Arguments)
{
    return KdpPrintEx(KDP_CALLER, "", ComponentId, Level, Format, Arguments);
}

ULONG NTAPI vDbgPrintExWithPrefix(
    const char *Prefix, ULONG ComponentId, ULONG Level, const char *Format, NT_VA_LIST Arguments)
{
    return KdpPrintEx(KDP_CALLER, Prefix, ComponentId, Level, Format, Arguments);
}
