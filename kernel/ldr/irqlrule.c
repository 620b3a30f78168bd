/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Driver Verifier's rules about IRQLs: which of them a call of an export breaks when its IRQL is
 * too high. What is allowed the export table says; a rule is only a number and a name for it.
 * Source: DOC devtest, the rules' pages (Irql…), which list the routines.
 */
#include <stdio.h>
#include <string.h>

#include "ldr/ldrp.h"

/* Routines: with a space on either side of each. */
typedef struct LDRP_NAMED_RULE {
    LDRP_IRQL_RULE Rule;
    const char *Routines;
} LDRP_NAMED_RULE;

static const LDRP_NAMED_RULE LdrpNamedRules[] = {
    {{0x00020002, "IrqlApcLte"}, " ObGetObjectSecurity ObReleaseObjectSecurity "},
    {{0x00020003, "IrqlDispatch"}, " IoAllocateController IoFreeController IoStartNextPacket "
                                   "KeInsertByKeyDeviceQueue KeInsertDeviceQueue "
                                   "KeRemoveByKeyDeviceQueue KeRemoveDeviceQueue "},
    {{0x00020004, "IrqlExAllocatePool"}, " ExAllocatePoolWithTag ExAllocatePoolWithTagPriority "},
    {{0x00020005, "IrqlExApcLte1"}, " ExAcquireFastMutex ExTryToAcquireFastMutex "},
    {{0x00020006, "IrqlExApcLte2"},
        " CmRegisterCallback CmRegisterCallbackEx CmUnRegisterCallback "
        "ExAllocateFromPagedLookasideList "
        "ExAllocatePoolWithQuota ExAllocatePoolWithQuotaTag ExDeletePagedLookasideList "
        "ExFreeToPagedLookasideList ExInitializePagedLookasideList ExRegisterCallback "
        "ExSetTimerResolution "
        "ExUnregisterCallback ProbeForRead ProbeForWrite "},
    {{0x00020007, "IrqlExApcLte3"},
        " ExAcquireResourceExclusiveLite ExAcquireResourceSharedLite "
        "ExAcquireSharedStarveExclusive "
        "ExAcquireSharedWaitForExclusive ExConvertExclusiveToSharedLite ExDeleteResourceLite "},
    {{0x00020008, "IrqlExPassive"}, " ExCreateCallback ExIsProcessorFeaturePresent "
                                    "ExRaiseAccessViolation ExRaiseDatatypeMisalignment "
                                    "ExRaiseStatus ExUuidCreate "},
    {{0x00020009, "IrqlIoApcLte"},
        " IoDeleteDevice IoGetInitialStack IoRaiseHardError IoRaiseInformationalHardError "},
    {{0x0002000A, "IrqlIoPassive1"},
        " IoAttachDevice IoBuildDeviceIoControlRequest IoCreateDevice IoSetDeviceInterfaceState "},
    {{0x0002000B, "IrqlIoPassive2"}, " IoCheckShareAccess IoConnectInterrupt IoCreateController "},
    {{0x0002000C, "IrqlIoPassive3"}, " IoDetachDevice IoRegisterDeviceInterface "},
    {{0x0002000D, "IrqlIoPassive4"},
        " IoCreateFile IoCreateNotificationEvent IoCreateSymbolicLink IoCreateSynchronizationEvent "
        "IoCreateUnprotectedSymbolicLink IoDeleteController IoDeleteSymbolicLink "
        "IoDisconnectInterrupt "},
    {{0x0002000E, "IrqlIoPassive5"},
        " IoGetConfigurationInformation IoGetDeviceObjectPointer IoGetDmaAdapter "
        "IoGetFileObjectGenericMapping IoInitializeTimer IoIsWdmVersionAvailable "
        "IoRegisterDriverReinitialization IoRegisterShutdownNotification IoRemoveShareAccess "
        "IoSetShareAccess IoUnregisterShutdownNotification IoUpdateShareAccess "
        "IoWMIAllocateInstanceIds "
        "IoWMIRegistrationControl "},
    {{0x0002000F, "IrqlKeApcLte1"},
        " KeAcquireGuardedMutex KeAcquireGuardedMutexUnsafe KeDelayExecutionThread "
        "KeQueryActiveProcessors "
        "KeReleaseGuardedMutex KeReleaseGuardedMutexUnsafe KeTryToAcquireGuardedMutex "},
    {{0x00020010, "IrqlKeApcLte2"},
        " KeAreAllApcsDisabled KeAreApcsDisabled KeDeregisterNmiCallback KeEnterCriticalRegion "
        "KeEnterGuardedRegion KeLeaveCriticalRegion KeLeaveGuardedRegion KeRegisterNmiCallback "},
    {{0x00020011, "IrqlKeDispatchLte"},
        " KeAcquireSpinLockRaiseToDpc KfAcquireSpinLock KeCancelTimer KeClearEvent "
        "KeFlushIoBuffers "
        "KeInitializeDeviceQueue KeInitializeSemaphore KeInitializeTimer KeInitializeTimerEx "
        "KePulseEvent "
        "KeRaiseIrqlToDpcLevel KeReadStateEvent KeReadStateTimer KeReleaseMutex "
        "KeRemoveEntryDeviceQueue "
        "KeResetEvent KeSaveFloatingPointState KeSetTimer KeSetTimerEx "},
    {{0x00020019, "IrqlMmApcLte"}, " MmAllocateNonCachedMemory MmAllocatePagesForMdl "
                                   "MmAllocatePagesForMdlEx MmFreeNonCachedMemory "
                                   "MmFreePagesFromMdl MmLockPagableDataSection "
                                   "MmLockPagableSectionByHandle MmPageEntireDriver "
                                   "MmResetDriverPaging MmSecureVirtualMemory "
                                   "MmUnlockPagableImageSection MmUnsecureVirtualMemory "},
    {{0x0002001A, "IrqlMmDispatch"}, " MmFreeContiguousMemory "},
    {{0x0002001B, "IrqlObPassive"}, " ObReferenceObjectByHandle "},
    {{0x0002001C, "IrqlPsPassive"},
        " PsCreateSystemThread PsGetVersion PsSetCreateProcessNotifyRoutine "
        "PsSetCreateThreadNotifyRoutine "
        "PsSetLoadImageNotifyRoutine PsTerminateSystemThread "},
    {{0x0002001E, "IrqlRtlPassive"}, " RtlDeleteRegistryValue "},
    {{0x0002001F, "IrqlZwPassive"}, " ZwClose ZwCreateKey ZwDeleteKey ZwEnumerateKey "
                                    "ZwEnumerateValueKey ZwFlushKey ZwOpenKey ZwQueryKey "
                                    "ZwQueryValueKey ZwSetValueKey "},
    {{0x00020022, "IrqlIoDispatch"}, " IoGetDeviceToVerify IoSetDeviceToVerify "},
    {{0x00020023, "IrqlIoRtlZwPassive"},
        " IoCreateFileEx IoCreateFileSpecifyDeviceObjectHint IoGetDeviceDirectory "
        "IoGetDriverDirectory "
        "IoOpenDeviceInterfaceRegistryKey IoOpenDeviceRegistryKey RtlCreateRegistryKey "
        "RtlCreateSystemVolumeInformationFolder RtlWriteRegistryValue ZwCreateDirectoryObject "
        "ZwCreateFile ZwCreateKeyTransacted ZwDeleteFile ZwDeleteValueKey ZwFlushBuffersFileEx "
        "ZwFlushBuffersFile "},
    {{0x00020024, "IrqlNtifsApcPassive"},
        " NtSetInformationFile NtWriteFile NtCreateFile ZwWriteFile CcCopyWrite CcCopyWriteEx "
        "CcDeferWrite CcFastCopyWrite "},
};

/*
 * For routines that no rule names: by the first letters of the name and the highest level that is
 * allowed.
 */
static const struct {
    LDRP_IRQL_RULE Rule;
    const char *Prefix;
    UCHAR Maximum;
} LdrpOtherRules[] = {
    {{0x00020004, "IrqlExAllocatePool"}, "ExAllocatePool", DISPATCH_LEVEL},
    {{0x00020006, "IrqlExApcLte2"}, "Ex", APC_LEVEL},
    {{0x00020008, "IrqlExPassive"}, "Ex", PASSIVE_LEVEL},
    {{0x00020022, "IrqlIoDispatch"}, "Io", DISPATCH_LEVEL},
    {{0x00020009, "IrqlIoApcLte"}, "Io", APC_LEVEL},
    {{0x0002000E, "IrqlIoPassive5"}, "Io", PASSIVE_LEVEL},
    {{0x00020011, "IrqlKeDispatchLte"}, "Ke", DISPATCH_LEVEL},
    {{0x0002000F, "IrqlKeApcLte1"}, "Ke", APC_LEVEL},
    {{0x00020019, "IrqlMmApcLte"}, "Mm", APC_LEVEL},
    {{0x0002001B, "IrqlObPassive"}, "Ob", PASSIVE_LEVEL},
    {{0x0002001C, "IrqlPsPassive"}, "Ps", PASSIVE_LEVEL},
    {{0x0002001E, "IrqlRtlPassive"}, "Rtl", PASSIVE_LEVEL},
    {{0x0002001F, "IrqlZwPassive"}, "Zw", PASSIVE_LEVEL},
};

static const LDRP_IRQL_RULE LdrpLowRule = {0x00020002, "IrqlApcLte"},
                            LdrpHighRule = {0x00020003, "IrqlDispatch"};

const LDRP_IRQL_RULE *LdrpIrqlRule(const LDR_EXPORT *Export)
{
    char Name[96];
    snprintf(Name, sizeof(Name), " %s ", Export->Name);
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(LdrpNamedRules); Index++) {
        if (strstr(LdrpNamedRules[Index].Routines, Name) != NULL)
            return &LdrpNamedRules[Index].Rule;
    }
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(LdrpOtherRules); Index++) {
        if (LdrpOtherRules[Index].Maximum == Export->MaxIrql &&
            strncmp(Export->Name, LdrpOtherRules[Index].Prefix,
                strlen(LdrpOtherRules[Index].Prefix)) == 0)
            return &LdrpOtherRules[Index].Rule;
    }
    return Export->MaxIrql <= APC_LEVEL ? &LdrpLowRule : &LdrpHighRule;
}
