import { connect, type Socket } from 'node:net';

/** An answer is a signature and a few lines around it. */
const maxAnswerBytes = 1 << 20;

/** What an Assuan server answered: its data, unescaped. */
type Pending = { readonly resolve: (data: Buffer) => void; readonly reject: (error: Error) => void };

/**
 * A client of the Assuan protocol on a Unix socket (libassuan manual, "Assuan"): one command at a time, each answered
 * by lines of data and one of OK or ERR. Questions of the server are declined.
 */
export class AssuanConnection {
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  #data: Buffer[] = [];
  #pending: Pending | undefined;

  /** Resolves when the server has greeted. Rejects with an `Error` when it is not there. */
  static async open(path: string): Promise<AssuanConnection> {
    const connection = new AssuanConnection(connect(path));
    await connection.#answer();
    return connection;
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the agent closed the connection')));
  }

  /** Sends a line without its end. Rejects with what the server says is wrong. */
  async command(line: string): Promise<Buffer> {
    const answer = this.#answer();
    this.#socket.write(`${line}\n`);
    return answer;
  }

  close(): void {
    this.#socket.destroy();
  }

  #answer(): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
    });
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    if (this.#received.length > maxAnswerBytes) {
      this.#fail(new Error(`the agent answers with more than ${maxAnswerBytes} bytes`));
      return;
    }
    for (let end = this.#received.indexOf(0x0a); end >= 0; end = this.#received.indexOf(0x0a)) {
      const line = this.#received.subarray(0, end);
      this.#received = this.#received.subarray(end + 1);
      this.#line(line);
    }
  }

  #line(line: Buffer): void {
    const text = line.toString('latin1');
    const keyword = text.split(' ', 1)[0];
    if (keyword === 'D') {
      this.#data.push(unescape(text.slice(2)));
    } else if (keyword === 'INQUIRE') {
      this.#socket.write('CAN\n');
    } else if (keyword === 'OK') {
      this.#pending?.resolve(Buffer.concat(this.#data.splice(0)));
      this.#pending = undefined;
    } else if (keyword === 'ERR') {
      this.#data = [];
      this.#pending?.reject(new Error(`the agent says: ${text.slice(4)}`));
      this.#pending = undefined;
    }
  }

  #fail(error: Error): void {
    this.#socket.destroy();
    this.#pending?.reject(error);
    this.#pending = undefined;
  }
}

/** Assuan escapes line ends and percent signs only. */
function unescape(text: string): Buffer {
  const plain = text.replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  return Buffer.from(plain, 'latin1');
}
