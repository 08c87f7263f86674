import * as vscode from 'vscode';

/** As package.json declares it. */
export const taskType = 'redisMessaging';

/** What makes tasks of saved workers. */
export interface TaskMaker {
  all(): vscode.Task[];
  /** A task of tasks.json, made executable; undefined where it names no worker. */
  one(task: vscode.Task): vscode.Task | undefined;
}

/** Lets tasks.json run saved workers. */
export class WorkerTasks implements vscode.TaskProvider, vscode.Disposable {
  private readonly registration = vscode.tasks.registerTaskProvider(taskType, this);

  constructor(private readonly load: () => Promise<TaskMaker>) {}

  async provideTasks(): Promise<vscode.Task[]> {
    return (await this.load()).all();
  }

  async resolveTask(task: vscode.Task): Promise<vscode.Task | undefined> {
    return (await this.load()).one(task);
  }

  dispose(): void {
    this.registration.dispose();
  }
}
