/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Exports of locale.c. */
#pragma once

#include "ps/ps.h"

NTSTATUS NTAPI ZwQueryDefaultLocale(BOOLEAN UserProfile, LCID *DefaultLocaleId);
NTSTATUS NTAPI ZwSetDefaultLocale(BOOLEAN UserProfile, LCID DefaultLocaleId);
NTSTATUS NTAPI ZwQueryInstallUILanguage(LANGID *InstallUILanguageId);
NTSTATUS NTAPI ZwQueryDefaultUILanguage(LANGID *DefaultUILanguageId);
NTSTATUS NTAPI ZwSetDefaultUILanguage(LANGID DefaultUILanguageId);
