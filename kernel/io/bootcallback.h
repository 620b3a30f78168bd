/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Drivers that look at boot drivers before these are initialized, which is what early-launch
 * antimalware does (bootcallback.c): they start first, are told of each other one, and say what
 * they think of it; a policy in the registry says what becomes of that.
 */
#pragma once

#include "io/io.h"

typedef enum BDCB_CALLBACK_TYPE {
    BdCbStatusUpdate,    /* a BDCB_STATUS_UPDATE_CONTEXT */
    BdCbInitializeImage, /* a BDCB_IMAGE_INFORMATION */
} BDCB_CALLBACK_TYPE;

typedef enum BDCB_STATUS_UPDATE_TYPE {
    BdCbStatusPrepareForDependencyLoad,
    BdCbStatusPrepareForDriverLoad,
    BdCbStatusPrepareForUnload,
} BDCB_STATUS_UPDATE_TYPE;

typedef struct BDCB_STATUS_UPDATE_CONTEXT {
    BDCB_STATUS_UPDATE_TYPE StatusType;
} BDCB_STATUS_UPDATE_CONTEXT;

typedef enum BDCB_CLASSIFICATION {
    BdCbClassificationUnknownImage,
    BdCbClassificationKnownGoodImage,
    BdCbClassificationKnownBadImage,
    BdCbClassificationKnownBadImageBootCritical,
    BdCbClassificationEnd,
} BDCB_CLASSIFICATION;

#define BDCB_IMAGEFLAGS_FAILED_CODE_INTEGRITY 2u

typedef struct BDCB_IMAGE_INFORMATION {
    BDCB_CLASSIFICATION Classification; /* what the routine says */
    ULONG ImageFlags;
    UNICODE_STRING ImageName, RegistryPath;
    UNICODE_STRING CertificatePublisher, CertificateIssuer;
    void *ImageHash, *CertificateThumbprint;
    ULONG ImageHashAlgorithm, ThumbprintHashAlgorithm;
    ULONG ImageHashLength, CertificateThumbprintLength;
} BDCB_IMAGE_INFORMATION;

typedef void(NTAPI BOOT_DRIVER_CALLBACK_FUNCTION)(
    void *CallbackContext, BDCB_CALLBACK_TYPE Type, void *Information);

void IopResetBootCallbacks(void);
void IopBeginBootCallbacks(void); /* the boot begins, perhaps anew */
/* Forgets a routine in that memory and says where it was; FALSE: there is none. */
BOOLEAN IopTakeBootCallback(ULONG_PTR Start, SIZE_T SizeBytes, ULONG_PTR *Routine);

/* scm: what callbacks are told, in this order; behind the last none is called. PASSIVE_LEVEL. */
void IoiTellBootCallbacks(BDCB_STATUS_UPDATE_TYPE Type);
/* A boot driver is about to be loaded. DRIVER_BLOCKED: it is not to be. */
NTSTATUS IoiAskBootCallbacks(const UNICODE_STRING *KeyPath);

void *NTAPI IoRegisterBootDriverCallback(
    BOOT_DRIVER_CALLBACK_FUNCTION *CallbackFunction, void *CallbackContext);
void NTAPI IoUnregisterBootDriverCallback(void *CallbackHandle);
