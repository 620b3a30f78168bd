/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
#pragma once

DECLSPEC_IMPORT ULONG NTAPI SampleService(ULONG left, ULONG right);
