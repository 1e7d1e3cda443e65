import { describe, expect, it } from '@jest/globals';
import { audit, exitCodeOf } from '../src/index.js';
import { repositoryContext, repositoryFiles } from './repository-files.js';

describe('the deployment files of this repository', () => {
  const report = audit(repositoryFiles(), repositoryContext());

  it('are audited, and not a part of them', () => {
    expect(report.files.length).toBeGreaterThan(50);
    expect(report.files).toEqual(
      expect.arrayContaining([
        '.github/workflows/ci.yml',
        'Dockerfile',
        'docker-compose.yml',
        'package-lock.json',
        'tools/deploy/cloudbuild.yaml',
        'tools/deploy/cloud-run/settlement.yaml',
        'tools/deploy/kubernetes/overlays/production/kustomization.yaml',
      ]),
    );
  });

  it('give no finding', () => {
    const { findings, unreadable, notes } = report;
    expect({ findings, unreadable, notes }).toEqual({ findings: [], unreadable: [], notes: [] });
    expect(exitCodeOf(report)).toBe(0);
  });
});
