/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Saving the state of floating point for drivers that use it. */
#pragma once

#include "ex/ex.h"
#include "ex/exp.h"

NTSTATUS NTAPI KeSaveFloatingPointState(KFLOATING_SAVE *FloatSave);
NTSTATUS NTAPI KeRestoreFloatingPointState(KFLOATING_SAVE *FloatSave);
