/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * wdm.h - found ahead of mingw-w64's, which it includes.
 *
 * What a current WDK declares there and mingw-w64 does not: functions of Windows Vista and later,
 * annotations, words of structured exceptions. What depends on the Windows a driver is built for is
 * there for that Windows only, so that a driver with declarations of its own keeps them.
 */
#ifndef DRIVERS_WDM_H
#define DRIVERS_WDM_H

#if defined(NOMINMAX) && !defined(_GLIBCXX_OS_DEFINES)
#define DOTSYS_NO_MIN_MAX
#endif
#include_next <wdm.h>
#include <driverspecs.h>
#include <intrin.h>

/* g++'s own headers set NOMINMAX, whatever the driver thinks of it. */
#if defined(__cplusplus) && !defined(DOTSYS_NO_MIN_MAX) && !defined(min) && !defined(max)
#define min(a, b) (((a) < (b)) ? (a) : (b))
#define max(a, b) (((a) > (b)) ? (a) : (b))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Annotations, for an analyser ------------------------------------------------------------ */

#define _Dispatch_type_(Kind)
#define _IRQL_always_function_max_(Irql)
#define _IRQL_always_function_min_(Irql)
#define _IRQL_is_cancel_
#define _IRQL_restores_global_(Kind, Parameter)
#define _IRQL_saves_global_(Kind, Parameter)
#define _IRQL_uses_cancel_
#define _Kernel_clear_do_init_(Answer)
#define _Kernel_float_restored_
#define _Kernel_float_saved_
#define _Kernel_float_used_
#define _Kernel_IoGetDmaAdapter_
#define _Kernel_releases_resource_(Kind)
#define _Kernel_requires_resource_held_(Kind)
#define _Kernel_requires_resource_not_held_(Kind)
#define _Kernel_acquires_resource_(Kind)
#ifndef __drv_functionClass
#define __drv_functionClass(Name)
#endif

/* ---- Structured exceptions ------------------------------------------------------------------- */

#ifndef __cplusplus
#define try     __try
#define except  __except
#define finally __finally
#define leave   __leave
#endif

/* ---- Types of routines ----------------------------------------------------------------------- */

/* mingw-w64 has the pointers to them. */
#define DOTSYS_ROUTINE(Name) typedef __typeof__(*(P##Name)0) Name
DOTSYS_ROUTINE(IO_CSQ_INSERT_IRP);
DOTSYS_ROUTINE(IO_CSQ_REMOVE_IRP);
DOTSYS_ROUTINE(IO_CSQ_PEEK_NEXT_IRP);
DOTSYS_ROUTINE(IO_CSQ_ACQUIRE_LOCK);
DOTSYS_ROUTINE(IO_CSQ_RELEASE_LOCK);
DOTSYS_ROUTINE(IO_CSQ_COMPLETE_CANCELED_IRP);
DOTSYS_ROUTINE(ALLOCATE_FUNCTION);
DOTSYS_ROUTINE(FREE_FUNCTION);
DOTSYS_ROUTINE(RTL_QUERY_REGISTRY_ROUTINE);
#undef DOTSYS_ROUTINE

/* ---- Interlocked operations ------------------------------------------------------------------ */

#ifdef __i386__
#define DOTSYS_INTERLOCKED64(Name, Operation)                                     \
    FORCEINLINE LONG64 Name(LONG64 volatile *Target, LONG64 Value)                \
    {                                                                             \
        return Operation;                                                         \
    }
#ifndef InterlockedAdd64
DOTSYS_INTERLOCKED64(InterlockedAdd64, __sync_add_and_fetch(Target, Value))
#endif
#ifndef InterlockedExchangeAdd64
DOTSYS_INTERLOCKED64(InterlockedExchangeAdd64, __sync_fetch_and_add(Target, Value))
#endif
#ifndef InterlockedAnd64
DOTSYS_INTERLOCKED64(InterlockedAnd64, __sync_fetch_and_and(Target, Value))
#endif
#ifndef InterlockedOr64
DOTSYS_INTERLOCKED64(InterlockedOr64, __sync_fetch_and_or(Target, Value))
#endif
#ifndef InterlockedXor64
DOTSYS_INTERLOCKED64(InterlockedXor64, __sync_fetch_and_xor(Target, Value))
#endif
#undef DOTSYS_INTERLOCKED64

#ifndef InterlockedExchange64
FORCEINLINE LONG64 InterlockedExchange64(LONG64 volatile *Target, LONG64 Value)
{
    LONG64 Old;

    do
        Old = *Target;
    while (!__sync_bool_compare_and_swap(Target, Old, Value));
    return Old;
}
#endif
#ifndef InterlockedIncrement64
FORCEINLINE LONG64 InterlockedIncrement64(LONG64 volatile *Target)
{
    return __sync_add_and_fetch(Target, 1);
}
#endif
#ifndef InterlockedDecrement64
FORCEINLINE LONG64 InterlockedDecrement64(LONG64 volatile *Target)
{
    return __sync_sub_and_fetch(Target, 1);
}
#endif
#ifndef InterlockedAdd
FORCEINLINE LONG InterlockedAdd(LONG volatile *Target, LONG Value)
{
    return __sync_add_and_fetch(Target, Value);
}
#endif
#endif

#define DOTSYS_UNFENCED(Kind, Bits, Type)                                      \
    FORCEINLINE Type Read##Kind##NoFence##Bits(Type const volatile *Source)    \
    {                                                                          \
        return *Source;                                                        \
    }                                                                          \
    FORCEINLINE Type Read##Kind##Acquire##Bits(Type const volatile *Source)    \
    {                                                                          \
        return __atomic_load_n(Source, __ATOMIC_ACQUIRE);                      \
    }                                                                          \
    FORCEINLINE void Write##Kind##NoFence##Bits(Type volatile *To, Type Value) \
    {                                                                          \
        *To = Value;                                                           \
    }                                                                          \
    FORCEINLINE void Write##Kind##Release##Bits(Type volatile *To, Type Value) \
    {                                                                          \
        __atomic_store_n(To, Value, __ATOMIC_RELEASE);                         \
    }
DOTSYS_UNFENCED(, 8, CHAR)
DOTSYS_UNFENCED(, 16, SHORT)
DOTSYS_UNFENCED(, , LONG)
DOTSYS_UNFENCED(UChar, , UCHAR)
DOTSYS_UNFENCED(UShort, , USHORT)
DOTSYS_UNFENCED(ULong, , ULONG)
DOTSYS_UNFENCED(Boolean, , BOOLEAN)
DOTSYS_UNFENCED(Pointer, , PVOID)
#ifdef _WIN64
DOTSYS_UNFENCED(, 64, LONG64)
DOTSYS_UNFENCED(ULong64, , ULONG64)
#endif
#undef DOTSYS_UNFENCED

/* ---- Pool ------------------------------------------------------------------------------------ */

#define POOL_ZERO_ALLOCATION 1024
#define POOL_NX_ALLOCATION   512

/* Whole drivers ask for pool that is not executable with a macro. */
#define DrvRtPoolNxOptIn 0x00000001
#if (defined(POOL_NX_OPTIN) || defined(POOL_NX_OPTIN_AUTO)) && NTDDI_VERSION >= 0x06020000
#define NonPagedPool             NonPagedPoolNx
#define NonPagedPoolCacheAligned NonPagedPoolNxCacheAligned
#endif

FORCEINLINE void ExInitializeDriverRuntime(ULONG RuntimeFlags)
{
    UNREFERENCED_PARAMETER(RuntimeFlags);
}

FORCEINLINE PVOID DotsysZeroed(PVOID Block, SIZE_T Bytes)
{
    return Block != NULL ? RtlZeroMemory(Block, Bytes), Block : NULL;
}

FORCEINLINE PVOID ExAllocatePoolUninitialized(POOL_TYPE PoolType, SIZE_T Bytes, ULONG Tag)
{
    return ExAllocatePoolWithTag(PoolType, Bytes, Tag);
}

FORCEINLINE PVOID ExAllocatePoolZero(POOL_TYPE PoolType, SIZE_T Bytes, ULONG Tag)
{
    return DotsysZeroed(ExAllocatePoolWithTag(PoolType, Bytes, Tag), Bytes);
}

FORCEINLINE PVOID ExAllocatePoolQuotaUninitialized(POOL_TYPE PoolType, SIZE_T Bytes, ULONG Tag)
{
    return ExAllocatePoolWithQuotaTag(PoolType, Bytes, Tag);
}

FORCEINLINE PVOID ExAllocatePoolQuotaZero(POOL_TYPE PoolType, SIZE_T Bytes, ULONG Tag)
{
    return DotsysZeroed(ExAllocatePoolWithQuotaTag(PoolType, Bytes, Tag), Bytes);
}

FORCEINLINE PVOID ExAllocatePoolPriorityUninitialized(
    POOL_TYPE PoolType, SIZE_T Bytes, ULONG Tag, EX_POOL_PRIORITY Priority)
{
    return ExAllocatePoolWithTagPriority(PoolType, Bytes, Tag, Priority);
}

FORCEINLINE PVOID ExAllocatePoolPriorityZero(
    POOL_TYPE PoolType, SIZE_T Bytes, ULONG Tag, EX_POOL_PRIORITY Priority)
{
    return DotsysZeroed(ExAllocatePoolWithTagPriority(PoolType, Bytes, Tag, Priority), Bytes);
}

#if NTDDI_VERSION >= 0x0A000000
typedef ULONG64 POOL_FLAGS;
#define POOL_FLAG_USE_QUOTA         0x0000000000000001ULL
#define POOL_FLAG_UNINITIALIZED     0x0000000000000002ULL
#define POOL_FLAG_SESSION           0x0000000000000004ULL
#define POOL_FLAG_CACHE_ALIGNED     0x0000000000000008ULL
#define POOL_FLAG_RAISE_ON_FAILURE  0x0000000000000020ULL
#define POOL_FLAG_NON_PAGED         0x0000000000000040ULL
#define POOL_FLAG_NON_PAGED_EXECUTE 0x0000000000000080ULL
#define POOL_FLAG_PAGED             0x0000000000000100ULL
#define POOL_FLAG_SPECIAL_POOL      0x0000000100000000ULL

typedef enum _POOL_EXTENDED_PARAMETER_TYPE {
    PoolExtendedParameterInvalidType,
    PoolExtendedParameterPriority,
    PoolExtendedParameterSecurePool,
    PoolExtendedParameterNumaNode,
    PoolExtendedParameterMax
} POOL_EXTENDED_PARAMETER_TYPE, *PPOOL_EXTENDED_PARAMETER_TYPE;

typedef struct _POOL_EXTENDED_PARAMETER {
    struct {
        ULONG64 Type : 8;
        ULONG64 Optional : 1;
        ULONG64 Reserved : 55;
    };
    union {
        ULONG64 Reserved2;
        PVOID Reserved3;
        EX_POOL_PRIORITY Priority;
        PVOID SecurePoolParams;
        ULONG PreferredNode;
    };
} POOL_EXTENDED_PARAMETER, *PPOOL_EXTENDED_PARAMETER;
typedef const POOL_EXTENDED_PARAMETER *PCPOOL_EXTENDED_PARAMETER;

NTKERNELAPI PVOID NTAPI ExAllocatePool2(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag);
NTKERNELAPI PVOID NTAPI ExAllocatePool3(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag,
    PCPOOL_EXTENDED_PARAMETER ExtendedParameters, ULONG ExtendedParametersCount);
NTKERNELAPI VOID NTAPI ExFreePool2(PVOID P, ULONG Tag,
    PCPOOL_EXTENDED_PARAMETER ExtendedParameters, ULONG ExtendedParametersCount);
#endif

/* ---- Memory ---------------------------------------------------------------------------------- */

/* From Windows 8 on; earlier ones take the bit for nothing. */
#define MdlMappingNoWrite       0x80000000
#define MdlMappingNoExecute     0x40000000
#define MdlMappingWithGuardPtes 0x20000000

#if NTDDI_VERSION >= 0x0A000000
NTKERNELAPI PVOID NTAPI MmMapIoSpaceEx(
    PHYSICAL_ADDRESS PhysicalAddress, SIZE_T NumberOfBytes, ULONG Protect);
#endif

/* ---- Device registers ------------------------------------------------------------------------ */

#ifdef __x86_64__
/* mingw-w64's for reading copy from the buffer to the register. */
#define DOTSYS_REGISTER_BUFFER(Name, Type)                                                       \
    FORCEINLINE VOID DotsysRead##Name(volatile Type *Register, Type *Buffer, ULONG Count)        \
    {                                                                                            \
        while (Count-- > 0)                                                                      \
            *Buffer++ = *Register++;                                                             \
    }
DOTSYS_REGISTER_BUFFER(Bytes, UCHAR)
DOTSYS_REGISTER_BUFFER(Words, USHORT)
DOTSYS_REGISTER_BUFFER(Longs, ULONG)
#undef DOTSYS_REGISTER_BUFFER
#define READ_REGISTER_BUFFER_UCHAR(Register, Buffer, Count) \
    DotsysReadBytes((volatile UCHAR *)(Register), (PUCHAR)(Buffer), Count)
#define READ_REGISTER_BUFFER_USHORT(Register, Buffer, Count) \
    DotsysReadWords((volatile USHORT *)(Register), (PUSHORT)(Buffer), Count)
#define READ_REGISTER_BUFFER_ULONG(Register, Buffer, Count) \
    DotsysReadLongs((volatile ULONG *)(Register), (PULONG)(Buffer), Count)
#endif

/* ---- Locks, clocks, processors --------------------------------------------------------------- */

#if NTDDI_VERSION >= 0x06000000
typedef LONG EX_SPIN_LOCK, *PEX_SPIN_LOCK;
NTKERNELAPI KIRQL NTAPI ExAcquireSpinLockExclusive(PEX_SPIN_LOCK SpinLock);
NTKERNELAPI KIRQL NTAPI ExAcquireSpinLockShared(PEX_SPIN_LOCK SpinLock);
NTKERNELAPI VOID NTAPI ExAcquireSpinLockExclusiveAtDpcLevel(PEX_SPIN_LOCK SpinLock);
NTKERNELAPI VOID NTAPI ExAcquireSpinLockSharedAtDpcLevel(PEX_SPIN_LOCK SpinLock);
NTKERNELAPI VOID NTAPI ExReleaseSpinLockExclusive(PEX_SPIN_LOCK SpinLock, KIRQL OldIrql);
NTKERNELAPI VOID NTAPI ExReleaseSpinLockShared(PEX_SPIN_LOCK SpinLock, KIRQL OldIrql);
NTKERNELAPI VOID NTAPI ExReleaseSpinLockExclusiveFromDpcLevel(PEX_SPIN_LOCK SpinLock);
NTKERNELAPI VOID NTAPI ExReleaseSpinLockSharedFromDpcLevel(PEX_SPIN_LOCK SpinLock);
NTKERNELAPI LOGICAL NTAPI ExTryConvertSharedSpinLockExclusive(PEX_SPIN_LOCK SpinLock);
#endif

#if NTDDI_VERSION >= 0x06020000
NTKERNELAPI VOID NTAPI KeQuerySystemTimePrecise(PLARGE_INTEGER CurrentTime);
NTKERNELAPI ULONG64 NTAPI KeQueryInterruptTimePrecise(PULONG64 QpcTimeStamp);
#endif

#if NTDDI_VERSION >= 0x0A000000
NTKERNELAPI LOGICAL NTAPI KeShouldYieldProcessor(VOID);
#endif

/* ---- Objects, processes, the registry -------------------------------------------------------- */

#if NTDDI_VERSION >= 0x05010000
NTKERNELAPI NTSTATUS NTAPI ObCloseHandle(HANDLE Handle, KPROCESSOR_MODE PreviousMode);
#endif

#if NTDDI_VERSION >= 0x06020000
NTKERNELAPI ULONG64 NTAPI PsQueryTotalCycleTimeProcess(
    PEPROCESS Process, PULONG64 CycleTimeStamp);
NTKERNELAPI NTSTATUS NTAPI CmCallbackGetKeyObjectIDEx(PLARGE_INTEGER Cookie, PVOID Object,
    PULONG_PTR ObjectID, PCUNICODE_STRING *ObjectName, ULONG Flags);
NTKERNELAPI VOID NTAPI CmCallbackReleaseKeyObjectIDEx(PCUNICODE_STRING ObjectName);
NTKERNELAPI NTSTATUS NTAPI ExGetFirmwareEnvironmentVariable(PUNICODE_STRING VariableName,
    LPGUID VendorGuid, PVOID Value, PULONG ValueLength, PULONG Attributes);
NTKERNELAPI NTSTATUS NTAPI ExSetFirmwareEnvironmentVariable(PUNICODE_STRING VariableName,
    LPGUID VendorGuid, PVOID Value, ULONG ValueLength, ULONG Attributes);
#endif

#if NTDDI_VERSION >= 0x0A000000
typedef enum _DRIVER_REGKEY_TYPE {
    DriverRegKeyParameters,
    DriverRegKeyPersistentState,
    DriverRegKeySharedPersistentState
} DRIVER_REGKEY_TYPE;
typedef enum _DRIVER_DIRECTORY_TYPE {
    DriverDirectoryImage,
    DriverDirectoryData,
    DriverDirectorySharedData
} DRIVER_DIRECTORY_TYPE;
typedef enum _DEVICE_DIRECTORY_TYPE {
    DeviceDirectoryData
} DEVICE_DIRECTORY_TYPE;
NTKERNELAPI NTSTATUS NTAPI IoOpenDriverRegistryKey(PDRIVER_OBJECT DriverObject,
    DRIVER_REGKEY_TYPE RegKeyType, ACCESS_MASK DesiredAccess, ULONG Flags,
    PHANDLE DriverRegKey);
NTKERNELAPI NTSTATUS NTAPI IoGetDriverDirectory(PDRIVER_OBJECT DriverObject,
    DRIVER_DIRECTORY_TYPE DirectoryType, ULONG Flags, PHANDLE DriverDirectoryHandle);
NTKERNELAPI NTSTATUS NTAPI IoGetDeviceDirectory(PDEVICE_OBJECT PhysicalDeviceObject,
    DEVICE_DIRECTORY_TYPE DirectoryType, ULONG Flags, PVOID Reserved,
    PHANDLE DeviceDirectoryHandle);
#endif

#ifdef __cplusplus
}
#endif

#endif
